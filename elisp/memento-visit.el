;;; memento-visit.el --- Go to a line of a file  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The module names places as files and lines, as they are on disk.  Here a buffer is brought to such a place.

;;; Code:

(defun memento--follow-file (file)
  "Read FILE again in a buffer that visits it without unsaved edits.
Assistants edit files all the time: lines are those of the file, and to be asked
for each would be a nuisance."
  (when-let ((buffer (find-buffer-visiting file)))
    (with-current-buffer buffer
      (unless (or (buffer-modified-p) (verify-visited-file-modtime))
        (let ((inhibit-message t)) (revert-buffer t t t))))))

(defun memento--line-position (line)
  "Return the position of LINE in the whole of the current buffer."
  (save-restriction
    (widen)
    (save-excursion
      (goto-char (point-min))
      (forward-line (1- line))
      (point))))

(defun memento--go-to (position)
  "Move to POSITION, widening the buffer where it must be, and leave the mark."
  (unless (<= (point-min) position (point-max))
    (widen))
  (push-mark nil t)
  (goto-char position)
  (when (eq (window-buffer) (current-buffer))
    (recenter)))

(provide 'memento-visit)
;;; memento-visit.el ends here
