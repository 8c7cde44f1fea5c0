;;; memento-prompts-template.el --- Prompts to use again  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; A prompt can be saved as a template with {placeholders}; `memento-prompts-template' asks for what to put there.

;;; Code:

(require 'memento-prompts-mark)
(require 'memento-review-capture)

(declare-function memento-core-prompt-delete-template "ext:memento-core")
(declare-function memento-core-prompt-fill-template "ext:memento-core")
(declare-function memento-core-prompt-save-template "ext:memento-core")
(declare-function memento-core-prompt-show "ext:memento-core")
(declare-function memento-core-prompt-templates "ext:memento-core")

(defvar memento--prompts-template-history nil
  "The names of templates that were typed.")

(defun memento--prompts-read-template (question)
  "Ask QUESTION for a template and return it."
  (let* ((templates (or (memento--call #'memento-core-prompt-templates)
                        (user-error "No templates yet: s in the list of prompts saves one")))
         (width (apply #'max (mapcar (lambda (template) (string-width (plist-get template :name))) templates)))
         (table (memento--completion-table
                 'memento-prompts-template
                 (mapcar (lambda (template)
                           (cons (plist-get template :name)
                                 (memento--cut (memento--one-line (plist-get template :text))
                                                           (max 20 (- (frame-width) width 6)))))
                         templates)))
         (name (completing-read question table nil t nil 'memento--prompts-template-history)))
    (or (seq-find (lambda (template) (equal (plist-get template :name) name)) templates)
        (user-error "No template was chosen"))))

;;;###autoload
(defun memento-prompts-template (insert)
  "Fill in a template, and copy it to give to an assistant.
With a prefix argument INSERT insert it at point instead."
  (interactive "P")
  (when insert
    (barf-if-buffer-read-only))
  (memento--with-user-errors
    (let* ((template (memento--prompts-read-template "Template: "))
           (name (plist-get template :name))
           (values (mapcar (lambda (placeholder)
                             (cons placeholder (memento--text (read-string (format "%s, {%s}: " name placeholder)))))
                           (plist-get template :placeholders)))
           (text (memento--call #'memento-core-prompt-fill-template name values)))
      (cond
       (insert (insert text))
       (t
        (kill-new text)
        (message "Copied: %s" (memento--cut (memento--one-line text) (- (frame-width) 12))))))))

(defun memento-prompts-save-template ()
  "Save the prompt at point as a template, with {placeholders} that you type.
\\`{{' and \\`}}' stand for braces."
  (interactive)
  (let* ((prompt (memento--prompts-one-here))
         (id (plist-get prompt :id))
         (text (memento--with-user-errors
                 (plist-get (memento--call #'memento-core-prompt-show id nil) :text)))
         (name (string-trim (read-string "Name of the template (letters, digits, - and _): "))))
    (when (string-empty-p name)
      (user-error "A template needs a name"))
    ;; Not only when the text is written: there it cannot be changed.
    (unless (string-match-p "\\`[[:alnum:]_-]\\{1,64\\}\\'" name)
      (user-error "The name of a template has letters, digits, - and _, at most 64 of them"))
    (memento--capture
     (format "Template %s: type {placeholders}" name)
     (lambda (text _category) (memento--prompts-store-template name text id))
     (string-replace "}" "}}" (string-replace "{" "{{" text)) nil nil "save")))

(defun memento--prompts-store-template (name text id)
  "Save TEXT, of the prompt ID, as the template NAME; return what to tell."
  (let ((template (condition-case nil
                      (memento--call #'memento-core-prompt-save-template name text id nil)
                    (memento-conflict
                     (unless (y-or-n-p (format "There is a template %s.  Replace it? " name))
                       (user-error "The template was not saved"))
                     (memento--call #'memento-core-prompt-save-template name text id t)))))
    (format "Saved %s with %s; %s" name
            (memento--count (length (plist-get template :placeholders)) "placeholder")
            "M-x memento-prompts-template fills it in")))

(defun memento-prompts-delete-template ()
  "Delete a template."
  (interactive)
  (memento--with-user-errors
    (let ((template (memento--prompts-read-template "Delete the template: ")))
      (when (yes-or-no-p (format "Delete the template %s? " (plist-get template :name)))
        (memento--call #'memento-core-prompt-delete-template (plist-get template :name))
        (message "Deleted %s" (plist-get template :name))))))

(provide 'memento-prompts-template)
;;; memento-prompts-template.el ends here
