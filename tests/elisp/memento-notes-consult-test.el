;;; memento-notes-consult-test.el --- Tests of the preview by consult  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Consult itself is not needed here: functions with its calling conventions stand in for it.

;;; Code:

(require 'memento-notes-test-helper)
(require 'memento-consult)

(declare-function consult--with-preview-1 "ext:consult")
(declare-function consult--temporary-files "ext:consult")
(declare-function consult--jump-preview "ext:consult")
(defvar consult-preview-key)
(defvar consult--completion-candidate-hook)

(defmacro memento-test-with-consult (preview &rest body)
  "Evaluate BODY with a consult that does as PREVIEW does.
The variable `shown' has what was shown, (BUFFER . LINE), the last first."
  (declare (indent 1) (debug t))
  `(let ((consult-preview-key 'any)
         (shown nil))
     (cl-letf (((symbol-value 'features) (cons 'consult features))
               ((symbol-function 'consult--with-preview-1) ,preview)
               ((symbol-function 'consult--temporary-files)
                (lambda () (lambda (&optional file) (and file (find-file-noselect file)))))
               ((symbol-function 'consult--jump-preview)
                (lambda ()
                  (lambda (action place)
                    (when (eq action 'preview)
                      (push (and place (with-current-buffer (marker-buffer place)
                                         (cons (buffer-name) (line-number-at-pos place))))
                            shown))))))
       ,@body)))

(defun memento-test-consult-preview (state transform names ask)
  "Show NAMES through STATE and TRANSFORM, and then call ASK, as consult does."
  (dolist (name names)
    (funcall state 'preview (funcall transform nil "" name)))
  (prog1 (cons (funcall ask) "input")
    (funcall state 'preview nil)
    (funcall state 'exit nil)
    (funcall state 'return nil)))

(ert-deftest memento-notes-consult-test-shows-what-is-selected ()
  (memento-test-with-notes
    (memento-test-with-consult (lambda (key state transform _candidate ask)
                                 (should (eq key 'any))
                                 (memento-test-consult-preview state transform '("Plan<Garden>" "Emacs" "none") ask))
      (memento-test-answering (lambda (&rest _) "House") (memento-notes-find))
      (should (equal (buffer-name) "house.org"))
      (should (equal shown '(nil nil ("emacs.org" . 1) ("garden.org" . 12)))))
    ;; Since consult 1.0, and in a search.
    (memento-test-with-consult (lambda (_key state transform _candidate _save-input ask)
                                 (let ((value (funcall ask)))
                                   (memento-test-consult-preview state transform '("House") (lambda () value))))
      (memento-test-answering (lambda (_ table &rest _)
                                (completion-all-completions "winter" table nil 6 (completion-metadata "winter" table nil))
                                "winter")
        (memento-notes-search))
      (should (looking-at-p "winter"))
      (should (equal shown '(nil ("house.org" . 7)))))))

(ert-deftest memento-notes-consult-test-another-consult ()
  (memento-test-with-notes
    (memento-test-with-consult (lambda (_only _three _arguments) (error "Called"))
      (memento-test-answering (lambda (&rest _) "House") (memento-notes-find))
      (should (equal (buffer-name) "house.org"))
      (should-not shown))))

;;; memento-notes-consult-test.el ends here
