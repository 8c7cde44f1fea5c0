;;; memento-consult.el --- Show a note before it is chosen  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Loaded where consult is.  While a note is found or searched for, the one that is selected shows in the window behind, at
;; its line, by the person's `consult-preview-key'.

;;; Code:

(defvar consult-preview-key)
(declare-function consult--jump-preview "ext:consult")
(declare-function consult--temporary-files "ext:consult")
(declare-function consult--with-preview-1 "ext:consult")

(defun memento--consult-position (buffer line)
  "Return a marker at LINE of BUFFER, or nil."
  (when (buffer-live-p buffer)
    (with-current-buffer buffer
      (save-excursion
        (save-restriction
          (widen)
          (goto-char (point-min))
          (forward-line (1- (max 1 line)))
          (point-marker))))))

(defun memento--consult-state (place)
  "Return consult's state function; PLACE is as for `memento--consult-call'."
  (let ((open (consult--temporary-files))
        (jump (consult--jump-preview)))
    (lambda (action name)
      (let ((place (and name (eq action 'preview) (funcall place name))))
        (unless place
          (funcall open))
        (funcall jump action
                 (and place (memento--consult-position (funcall open (car place)) (cdr place))))))))

(defun memento--consult-call (ask place)
  "Return the value of ASK, which asks for a note by name, with a preview.
PLACE is a function from a name to (FILE . LINE), or nil where no note is called
so.  Where this consult is of another kind than those known there is no preview."
  (let ((rest (pcase (and (fboundp 'consult--with-preview-1)
                          (car (func-arity #'consult--with-preview-1)))
                ;; Since consult 1.0 a function that saves the input comes before the last argument.
                (5 '()) (6 '(nil)) (_ 'unknown))))
    (if (eq rest 'unknown)
        (funcall ask)
      (let (value)
        (apply #'consult--with-preview-1
               consult-preview-key
               (memento--consult-state place)
               (lambda (_narrow _input name) name)
               (apply-partially #'run-hook-with-args-until-success 'consult--completion-candidate-hook)
               (append rest (list (lambda () (setq value (funcall ask))))))
        value))))

(provide 'memento-consult)
;;; memento-consult.el ends here
