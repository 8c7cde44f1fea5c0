;;; memento-diff-fold.el --- Fold files and hunks of a review  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Three things hide text, each a text property and none an overlay, because there may be thousands: a folded file or hunk,
;; hunks that have not changed since the last round, and the lines of a file's header that its heading says better.  What
;; a search or another command leads into is unfolded.

;;; Code:

(require 'memento-diff-items)

(defconst memento--diff-long-line 1000
  "Lines of more characters are shown cut, until their hunk is unfolded.")

(defcustom memento-diff-fold-above 100
  "With more hunks than this, the files of a review are folded at first."
  :group 'memento-diff
  :type 'natnum)

(defvar-local memento--diff-folded-files nil "Which files are folded: a bool vector.")
(defvar-local memento--diff-folded-items nil "Which items are folded: a bool vector.")
(defvar-local memento--diff-long-items nil "The items whose very long lines are shown whole.")
(defvar-local memento--diff-hide-kept nil "Non-nil while what has not changed since the last round is hidden.")
(defvar-local memento--diff-point-before nil "Where point was before the command.")

(defun memento--diff-kept-p (item)
  "Return non-nil if ITEM is unchanged since the last round and was judged then."
  (and (plist-get item :kept) (plist-get item :judgement)))

(defun memento--diff-item-hidden-p (index)
  "Return non-nil if the item INDEX is hidden as unchanged since the last round."
  (and memento--diff-hide-kept
       (memento--diff-kept-p (memento--diff-item index))))

(defun memento--diff-file-hidden-p (index)
  "Return non-nil if all items of the file INDEX are hidden."
  (and memento--diff-hide-kept
       (let ((items (memento--diff-file-items index)))
         (and items (seq-every-p #'memento--diff-item-hidden-p items)))))

(defun memento--diff-hidden-count ()
  "Return how many items were judged in the last round and have not changed."
  (seq-count #'memento--diff-kept-p memento--diff-items))

(defun memento--diff-hide (beginning end how)
  "Hide the text between BEGINNING and END; HOW is in `buffer-invisibility-spec'."
  (when (< beginning end)
    (put-text-property beginning end 'invisible how)))

(defun memento--diff-line-end (position)
  "Return the end of the line at POSITION."
  (save-excursion (goto-char position) (line-end-position)))

(defun memento--diff-fold-file (index)
  "Hide what is to be hidden in the file INDEX, and show the rest."
  (let* ((beginning (memento--diff-file-beginning index))
         (end (memento--diff-file-end index))
         (heading (memento--diff-line-end beginning))
         (items (memento--diff-file-items index))
         (first (seq-find #'memento--diff-hunk-p items)))
    (with-silent-modifications
      (remove-text-properties beginning end '(invisible nil))
      (cond
       ((memento--diff-file-hidden-p index)
        ;; Emacs shows what a display property says even of invisible text.
        (remove-text-properties beginning heading '(display nil))
        (memento--diff-hide beginning end 'memento-diff-kept))
       ((and first (aref memento--diff-folded-files index))
        (memento--diff-hide heading (1- end) 'memento-diff-fold))
       (t
        (memento--diff-hide heading (1- (if first (memento--diff-beginning first) end)) 'memento-diff-header)
        (dolist (item items)
          (when (memento--diff-hunk-p item)
            (let ((from (memento--diff-beginning item)) (to (memento--diff-end item)))
              (cond
               ((memento--diff-item-hidden-p item)
                ;; From the line above on: on a line that starts with hidden text Emacs shows the sign of that text.
                (memento--diff-hide (1- from) (1- to) 'memento-diff-kept))
               ((aref memento--diff-folded-items item)
                (memento--diff-hide (memento--diff-line-end from) (1- to) 'memento-diff-fold)))))))))
    (jit-lock-refontify beginning end)))

(defun memento--diff-cut-long-lines (beginning end)
  "Cut the very long lines between BEGINNING and END, which are shown."
  (save-excursion
    (goto-char beginning)
    (while (< (point) end)
      (let ((cut (+ (line-beginning-position) (/ memento--diff-long-line 5))) (eol (line-end-position)))
        (when (and (> (- eol (line-beginning-position)) memento--diff-long-line)
                   (not (get-text-property eol 'invisible))
                   (not (memq (memento--diff-item-at eol) memento--diff-long-items)))
          (memento--diff-hide cut eol 'memento-diff-fold)))
      (forward-line 1))))

(defun memento--diff-fold-all-files ()
  "Hide what is to be hidden in all files."
  (dotimes (index (length memento--diff-files))
    (memento--diff-fold-file index)))

(defun memento--diff-fold-begin ()
  "Set up folding in a buffer with a new diff."
  (setq buffer-invisibility-spec '((memento-diff-fold . t) memento-diff-header memento-diff-kept)
        memento--diff-folded-files (make-bool-vector (length memento--diff-files)
                                                     (> (length memento--diff-items) memento-diff-fold-above))
        memento--diff-folded-items (make-bool-vector (length memento--diff-items) nil)
        memento--diff-hide-kept (and (memento--diff-open-p)
                                     (> (or (plist-get memento--diff-request :round) 1) 1)
                                     (< 0 (memento--diff-hidden-count) (length memento--diff-items))))
  ;; What is searched for is found in folded text too, and unfolded.
  (setq-local search-invisible t)
  (add-hook 'pre-command-hook #'memento--diff-note-point nil t)
  (add-hook 'post-command-hook #'memento--diff-reveal nil t)
  (add-hook 'isearch-update-post-hook #'memento--diff-reveal-search nil t)
  (memento--diff-fold-all-files))

;;;; Showing what a command led to

(defun memento--diff-unfold (position)
  "Unfold the file and the hunk at POSITION."
  (when-let ((file (memento--diff-file-at position)))
    (let ((item (memento--diff-item-at position)))
      (setf (aref memento--diff-folded-files file) nil)
      (when item
        (setf (aref memento--diff-folded-items item) nil)
        (push item memento--diff-long-items)
        (when (memento--diff-item-hidden-p item)
          (setq memento--diff-hide-kept nil)
          (memento--diff-fold-all-files)
          (funcall memento--diff-shown-function nil)))
      (memento--diff-fold-file file))))

(defun memento--diff-note-point ()
  "Note where point is, for `pre-command-hook'."
  (setq memento--diff-point-before (point)))

(defun memento--diff-in-hidden-p ()
  "Return non-nil if point is in what is folded or hidden.
The end of the line above what is hidden is not in it."
  (pcase (get-text-property (point) 'invisible)
    ('memento-diff-fold t)
    ('memento-diff-kept (memento--diff-hidden-p (point)))))

(defun memento--diff-hidden-p (position)
  "Return non-nil if the hunk or the file at POSITION is hidden as unchanged."
  (when-let ((file (memento--diff-file-at position)))
    (or (memento--diff-file-hidden-p file)
        (when-let ((item (memento--diff-item-at position)))
          (memento--diff-item-hidden-p item)))))

(defun memento--diff-reveal ()
  "Unfold what a command led into, for `post-command-hook'.
Moving by characters and lines passes over what is folded."
  (cond
   ((and (memento--diff-in-hidden-p)
         memento--diff-point-before
         (> (abs (- (point) memento--diff-point-before)) 1)
         (not (memq this-command '(next-line previous-line evil-next-line evil-previous-line
                                             move-end-of-line end-of-visual-line evil-end-of-line end-of-buffer
                                             move-beginning-of-line beginning-of-visual-line evil-beginning-of-line
                                             memento-diff-toggle-kept scroll-up-command scroll-down-command)))
         ;; The end of a folded line is where a heading ends.
         (not (get-text-property (line-beginning-position) 'display)))
    (memento--diff-unfold (point)))
   ((and memento--diff-hide-kept (memento--diff-hidden-p (point)))
    (memento--diff-leave-hidden))))

(defun memento--diff-leave-hidden ()
  "Go from a hunk that is hidden to the line where the cursor is seen."
  (let* ((file (memento--diff-file-at (point)))
         (item (memento--diff-item-at (point)))
         (shown (seq-find (lambda (index) (not (memento--diff-file-hidden-p index)))
                          (number-sequence file (1- (length memento--diff-files))))))
    (cond
     ((eql shown file)
      (while (and (> item 0)
                  (eql (plist-get (memento--diff-item (1- item)) :file) file)
                  (memento--diff-item-hidden-p (1- item)))
        (setq item (1- item)))
      (goto-char (1- (memento--diff-beginning item))))
     (shown (goto-char (memento--diff-file-beginning shown)))
     (t
      (while (and (> file 0) (memento--diff-file-hidden-p (1- file)))
        (setq file (1- file)))
      (goto-char (1- (memento--diff-file-beginning file)))))))

(defun memento--diff-reveal-search ()
  "Unfold what was found, for `isearch-update-post-hook'."
  (when (and (bound-and-true-p isearch-success)
             (memento--diff-in-hidden-p))
    (memento--diff-unfold (point))))

;;;; Commands

(defvar-local memento--diff-summary-open nil "Non-nil while the whole summary is shown.")

(defun memento-diff-toggle ()
  "Fold or unfold what is at point: a hunk, or on the heading of a file the file.
Above the diff that is a long summary."
  (interactive)
  (if (>= (point) memento--diff-start)
      (memento--diff-toggle-here)
    (let ((before (buffer-chars-modified-tick)))
      (setq memento--diff-summary-open (not memento--diff-summary-open))
      (funcall memento--diff-shown-function nil)
      (when (= before (buffer-chars-modified-tick))
        (user-error "Nothing to fold here: the whole summary is shown")))))

(defun memento--diff-toggle-here ()
  "Fold or unfold the hunk or the file at point."
  (let ((file (or (memento--diff-file-at (point)) (user-error "Nothing to fold here")))
        (item (memento--diff-item-at (point))))
    (cond
     ((and item (memento--diff-hunk-p item) (not (aref memento--diff-folded-files file)))
      (unless (setf (aref memento--diff-folded-items item) (not (aref memento--diff-folded-items item)))
        (push item memento--diff-long-items))
      (goto-char (memento--diff-beginning item)))
     ((not (seq-some #'memento--diff-hunk-p (memento--diff-file-items file)))
      (user-error "There is nothing in this file to fold"))
     (t
      (setf (aref memento--diff-folded-files file) (not (aref memento--diff-folded-files file)))
      (goto-char (memento--diff-file-beginning file))))
    (memento--diff-fold-file file)))

(defun memento-diff-toggle-all ()
  "Fold all files; if all are folded, unfold all files and hunks."
  (interactive)
  (let* ((file (memento--diff-file-at (point)))
         (count (length memento--diff-files))
         (fold (not (= (bool-vector-count-population memento--diff-folded-files) count))))
    (setq memento--diff-folded-files (make-bool-vector count fold))
    (unless fold
      (setq memento--diff-folded-items (make-bool-vector (length memento--diff-items) nil)))
    (memento--diff-fold-all-files)
    (when (and fold file)
      (goto-char (memento--diff-file-beginning file)))))

(defun memento-diff-toggle-kept ()
  "Show only what is new since the last round, or all of it."
  (interactive)
  (let ((count (memento--diff-hidden-count)))
    (when (= count 0)
      (user-error (if (> (or (plist-get memento--diff-request :round) 1) 1)
                      "Everything is new since the last round"
                    "This is the first round: all of it is new")))
    (setq memento--diff-hide-kept (not memento--diff-hide-kept))
    (memento--diff-fold-all-files)
    (funcall memento--diff-shown-function nil)
    (message (if memento--diff-hide-kept
                 "%d unchanged since the last round %s hidden"
               "All is shown; %d unchanged since the last round %s marked =")
             count (if (= count 1) "is" "are"))))

(provide 'memento-diff-fold)
;;; memento-diff-fold.el ends here
