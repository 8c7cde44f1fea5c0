;;; memento-diff-move.el --- Move in a review  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; From hunk to hunk and from file to file.  No text is searched: where each is is known.

;;; Code:

(require 'memento-diff-fold)

(defun memento--diff-goto (index)
  "Go to the item INDEX, unfolded, and show as much of it as fits."
  (let ((beginning (memento--diff-beginning index))
        (file (plist-get (memento--diff-item index) :file)))
    (when (or (aref memento--diff-folded-files file) (aref memento--diff-folded-items index))
      (setf (aref memento--diff-folded-files file) nil)
      (setf (aref memento--diff-folded-items index) nil)
      (memento--diff-fold-file file))
    (memento--diff-go beginning)
    (memento--diff-show-up-to (memento--diff-end index) (if (memento--diff-hunk-p index) 2 0))))

(defun memento--diff-go (position)
  "Go to POSITION, widening the buffer where it must be."
  (unless (and (<= (point-min) position) (< position (point-max)))
    (widen))
  (goto-char position))

(defun memento--diff-show-up-to (end above)
  "Scroll so that the text from point to END is seen, with ABOVE lines over it."
  (when (eq (window-buffer) (current-buffer))
    (unless (and (pos-visible-in-window-p (point))
                 (pos-visible-in-window-p (max (point) (1- end))))
      (recenter (min above (max 0 (1- (window-body-height))))))))

(defun memento--diff-next-index (from step wanted)
  "Return the first index from FROM by STEP of an item that is WANTED, or nil."
  (let ((index from) (count (length memento--diff-items)))
    (while (and (<= 0 index) (< index count) (not (funcall wanted index)))
      (setq index (+ index step)))
    (and (<= 0 index) (< index count) index)))

(defun memento--diff-step (count)
  "Go COUNT items on; signal a `user-error' where there is none."
  (let ((step (if (< count 0) -1 1)))
    (dotimes (_ (abs count))
      (let* ((last (memento--diff-search memento--diff-item-offsets (- (point) memento--diff-start)))
             (from (cond
                    ((null last) (if (< step 0) -1 0))
                    ((> step 0) (1+ last))
                    ;; From within a hunk, and from the header of the next file, back to the start of the last one.
                    ((> (line-beginning-position) (memento--diff-beginning last)) last)
                    (t (1- last))))
             (to (memento--diff-next-index from step (lambda (index) (not (memento--diff-item-hidden-p index))))))
        (unless to
          (user-error (if (< step 0) "This is the first hunk" "This is the last hunk")))
        (memento--diff-goto to)))))

(defun memento-diff-next (count)
  "Go to the next hunk; with a prefix argument the COUNTth next."
  (interactive "p")
  (memento--diff-step count))

(defun memento-diff-previous (count)
  "Go to the start of the hunk or the one before; COUNT times."
  (interactive "p")
  (memento--diff-step (- count)))

(defun memento--diff-step-file (count)
  "Go COUNT files on; signal a `user-error' where there is none."
  (let ((step (if (< count 0) -1 1)))
    (dotimes (_ (abs count))
      (let* ((here (memento--diff-file-at (point)))
             (to (cond
                  ((null here) (if (< step 0) -1 0))
                  ((> step 0) (1+ here))
                  ((> (line-beginning-position) (memento--diff-file-beginning here)) here)
                  (t (1- here)))))
        (while (and (<= 0 to) (< to (length memento--diff-files)) (memento--diff-file-hidden-p to))
          (setq to (+ to step)))
        (unless (and (<= 0 to) (< to (length memento--diff-files)))
          (user-error (if (< step 0) "This is the first file" "This is the last file")))
        (memento--diff-go (memento--diff-file-beginning to))
        (memento--diff-show-up-to (memento--diff-file-end to) 0)))))

(defun memento-diff-next-file (count)
  "Go to the next file; with a prefix argument the COUNTth next."
  (interactive "p")
  (memento--diff-step-file count))

(defun memento-diff-previous-file (count)
  "Go to the start of the file or the one before; COUNT times."
  (interactive "p")
  (memento--diff-step-file (- count)))

(defun memento--diff-goto-undecided (from)
  "Go to the first undecided item from FROM on, else from the first on.
Return nil and stay where there is none."
  (let ((wanted (lambda (index)
                  (not (or (memento--diff-judgement index) (memento--diff-item-hidden-p index))))))
    (when-let ((to (or (memento--diff-next-index from 1 wanted)
                       (memento--diff-next-index 0 1 wanted))))
      (memento--diff-goto to)
      to)))

(defun memento-diff-next-undecided ()
  "Go to the next hunk that is not judged yet."
  (interactive)
  (let ((here (memento--diff-search memento--diff-item-offsets (- (point) memento--diff-start))))
    (unless (memento--diff-goto-undecided (if here (1+ here) 0))
      (user-error "All are judged"))))

(provide 'memento-diff-move)
;;; memento-diff-move.el ends here
