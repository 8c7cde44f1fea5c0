;;; person.el --- A person at an Emacs, for the tests of diff review  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Reads one form a line from standard input, evaluates it, and prints what came of it as a line of JSON.

;;; Code:

(require 'json)
(require 'memento-module)

(defun person-call (name &rest arguments)
  "Call the module's function NAME with ARGUMENTS."
  (apply #'memento--call (intern (concat "memento-core-diff-" name)) arguments))

(defun person-judge (id reason &optional options)
  "Reject the first item of ID for REASON, or approve all.
OPTIONS are submitted too."
  (person-call "begin" id nil)
  (when reason
    (person-call "mark" id (list (list :item 0 :judgement "reject" :reason reason))))
  (person-call "submit" id
               (append options
                       (list :decision (if reason "changes-requested" "approved") :approve-rest t))))

(defun person-listen ()
  "Do what is asked until nobody asks any more."
  (let (line)
    (while (setq line (ignore-errors (read-from-minibuffer "")))
      (let ((result (condition-case error
                        (progn (eval (car (read-from-string line)) t) "done")
                      (error (format "%S" error)))))
        (princ (concat (json-encode result) "\n"))))))

(person-listen)

;;; person.el ends here
