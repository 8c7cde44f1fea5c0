;;; memento-diff-queue-test-helper.el --- Assistants that ask for a review  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Assistants ask through the command line, as another process does; it is built beside the module.

;;; Code:

(require 'memento-test-helper)
(require 'memento-diff-list)
(require 'memento-diff-watch)

(declare-function memento-core-diff-begin "ext:memento-core")
(declare-function memento-core-diff-list "ext:memento-core")
(declare-function memento-core-diff-submit "ext:memento-core")

(defun memento-diff-test-program ()
  "Return the program memento, or skip the test."
  (let ((program (or (getenv "MEMENTO")
                     (expand-file-name "memento" (file-name-directory (or (getenv "MEMENTO_MODULE") "/"))))))
    (unless (file-executable-p program)
      (ert-skip (format "%s is not there" program)))
    program))

(defun memento-diff-test-changed (name)
  "Make a git repository NAME with an uncommitted change of \"a.py\".
Return its directory."
  (let ((file (memento-test-repository name)))
    (write-region "one more\n" nil file t 'silent)
    (file-name-directory file)))

(defun memento-diff-test-ask (directory session title &rest arguments)
  "Ask for a review of DIRECTORY as SESSION under TITLE; return the id.
ARGUMENTS are further ones of \"memento diff request\"."
  (let ((default-directory directory))
    (with-temp-buffer
      (unless (eq 0 (apply #'call-process (memento-diff-test-program) nil '(t nil) nil
                           "diff" "request" "--session" session "--title" title arguments))
        (error "No request: %s" (buffer-string)))
      (string-trim (buffer-string)))))

(defun memento-diff-test-decide (id decision &rest more)
  "Make the verdict DECISION on the request ID; MORE are further properties."
  (memento--call #'memento-core-diff-begin id nil)
  (memento--call #'memento-core-diff-submit id (append (list :decision decision) more)))

(defun memento-diff-test-requests ()
  "Return all requests."
  (memento--call #'memento-core-diff-list '(:all t)))

(defun memento-diff-test-threads ()
  "Return how many threads of the module there are.
Skip the test where nobody can tell."
  (let ((tasks (format "/proc/%d/task" (emacs-pid))))
    (unless (file-directory-p tasks)
      (ert-skip "There is no /proc"))
    (seq-count (lambda (task)
                 (with-temp-buffer
                   (ignore-errors (insert-file-contents-literally (expand-file-name "comm" task)))
                   (equal (buffer-string) "memento\n")))
               (directory-files tasks t "\\`[0-9]"))))

(defmacro memento-diff-test-with-watch (&rest body)
  "Evaluate BODY in a new home in which requests are noticed."
  (declare (indent 0) (debug t))
  `(memento-test-with-home
     (let ((global-mode-string '(""))
           (memento-store-opened-hook memento-store-opened-hook))
       (unwind-protect
           (progn
             (memento-diff-watch-mode 1)
             ;; In batch nothing is ever idle.
             (memento--diff-watch-start)
             ,@body)
         (memento-diff-watch-mode -1)))))

(defun memento-diff-test-wait-for-count (count)
  "Wait until the mode line counts COUNT requests."
  (memento-test-wait
   (lambda ()
     (equal (string-trim (substring-no-properties (or memento--diff-mode-line "")))
            (if (= count 0) "" (format "Review:%d" count))))))

(provide 'memento-diff-queue-test-helper)
;;; memento-diff-queue-test-helper.el ends here
