;;; memento-notes-mode.el --- Say in a note whether assistants see it  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-notes-mode' shows in the mode line of a note whether assistants may see what is at point, by the marks as they
;; stand in the buffer, and has the index follow when the note is saved, in the background.

;;; Code:

(require 'memento-notes)

(defvar memento-notes-mode)
(defvar global-memento-notes-mode)
(declare-function org-back-to-heading "org")
(declare-function org-before-first-heading-p "org")
(declare-function memento-core-notes-file-changed "ext:memento-core")

;;;; Customization

(defcustom memento-notes-mode-delay 0.3
  "Seconds without a key before the mark in the mode line follows point."
  :group 'memento-notes
  :type 'number)

;;;; The mark

(defvar-local memento--notes-access nil
  "Whether assistants see what is at point: `public', `private', or nil if unknown.")

(defvar-local memento--notes-access-key nil
  "What `memento--notes-access' is about: the text's tick and the headline.")

(defvar memento--notes-mode-timer nil
  "The idle timer that keeps the mark in the mode line right, or nil.")

(defconst memento--notes-lighter
  '(:eval (pcase memento--notes-access
            ('public (propertize " PUBLIC" 'face 'memento-notes-public 'help-echo "Assistants see this"))
            ('private (propertize " private" 'help-echo "Assistants do not see this"))
            (_ " note")))
  "What the mode line shows of a note.")

(defun memento--notes-access-at ()
  "Return the tick of the text and the position of the headline at point."
  (cons (buffer-chars-modified-tick)
        (save-restriction
          (widen)
          (if (org-before-first-heading-p)
              0
            (save-excursion
              (org-back-to-heading t)
              (point))))))

(defun memento--notes-access-update ()
  "Bring the mark in the mode line up to date, if this buffer has one."
  (when (bound-and-true-p memento-notes-mode)
    (with-demoted-errors "memento: %S"
      (let ((key (memento--notes-access-at)))
        (unless (equal key memento--notes-access-key)
          (setq memento--notes-access-key key)
          (let ((access (if (memento--notes-public-at-p (point)) 'public 'private)))
            (unless (eq access memento--notes-access)
              (setq memento--notes-access access)
              (force-mode-line-update))))))))

(defun memento--notes-mode-timer-update ()
  "Have a timer if there is a buffer with the mode, else none."
  (let ((wanted (seq-some (lambda (buffer) (buffer-local-value 'memento-notes-mode buffer)) (buffer-list))))
    (cond
     ((and wanted (not memento--notes-mode-timer))
      (setq memento--notes-mode-timer
            (run-with-idle-timer memento-notes-mode-delay t #'memento--notes-access-update)))
     ((and memento--notes-mode-timer (not wanted))
      (cancel-timer memento--notes-mode-timer)
      (setq memento--notes-mode-timer nil)))))

;;;; Saving

(defun memento--notes-saved ()
  "Have the index read this note again, in the background."
  (with-demoted-errors "memento: %S"
    (memento--notes-access-update)
    (let ((process (memento--listen "memento-note"
                                    (lambda (process event)
                                      (delete-process process)
                                      (if (eq (plist-get event :event) 'done)
                                          (run-hooks 'memento-notes-changed-hook)
                                        (message "The index did not follow: %s" (plist-get event :message)))))))
      (condition-case err
          (memento--call #'memento-core-notes-file-changed (memento--text buffer-file-name) process)
        (error
         (delete-process process)
         (signal (car err) (cdr err)))))))

;;;; The mode

;; Reverting a buffer sets its major mode up anew, which kills local variables.
(put 'memento-notes-mode 'permanent-local t)
(put 'memento--notes-saved 'permanent-local-hook t)

;;;###autoload
(define-minor-mode memento-notes-mode
  "Show in the mode line whether assistants see what is at point.
And have the index of the notes follow when this one is saved."
  :lighter memento--notes-lighter
  (cond
   ((not memento-notes-mode)
    (remove-hook 'after-save-hook #'memento--notes-saved t)
    (memento--notes-mode-timer-update))
   ((not (and (derived-mode-p 'org-mode) buffer-file-name))
    (setq memento-notes-mode nil)
    (user-error "Buffer %s visits no Org file: it is no note" (buffer-name)))
   (t
    (add-hook 'after-save-hook #'memento--notes-saved nil t)
    (setq memento--notes-access-key nil)
    (memento--notes-access-update)
    (memento--notes-mode-timer-update))))

(put 'memento--notes-lighter 'risky-local-variable t)

(defun memento--notes-mode-turn-on ()
  "Turn on `memento-notes-mode' in a note, if the module is there."
  (when (and (derived-mode-p 'org-mode)
             buffer-file-name
             (not (file-remote-p buffer-file-name))
             (memento-module-available-p))
    ;; A file that is visited shall open, whatever is wrong here.
    (with-demoted-errors "memento: %S"
      (memento--store)
      (when (memento--notes-file-p)
        (memento-notes-mode 1)))))

;;;###autoload
(define-globalized-minor-mode global-memento-notes-mode
  memento-notes-mode memento--notes-mode-turn-on
  :group 'memento-notes
  :predicate '(org-mode))

(provide 'memento-notes-mode)
;;; memento-notes-mode.el ends here
