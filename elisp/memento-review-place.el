;;; memento-review-place.el --- Which file and line a remark is about  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; A remark goes to a file and its lines, wherever the person stands: in the file, in an indirect or narrowed buffer, in
;; an old revision of it or in a diff.  Where there is no such file, a `user-error' says why.

;;; Code:

(require 'memento-module)
(require 'seq)

(defvar vc-parent-buffer)
(defvar magit-buffer-file-name)
(declare-function diff-bounds-of-hunk "diff-mode")
(declare-function diff-find-source-location "diff-mode")

(defun memento--place-line (position)
  "Return the number of the line at POSITION, narrowed or not.
The empty line after a final newline counts as the last line of the text."
  (save-restriction
    (widen)
    (save-excursion
      (goto-char position)
      (when (and (eobp) (bolp) (not (bobp)))
        (backward-char))
      (line-number-at-pos))))

(defun memento--place-text (first last)
  "Return the text of the lines FIRST to LAST, without the final newline."
  (save-restriction
    (widen)
    (save-excursion
      (goto-char (point-min))
      (forward-line (1- first))
      (let ((start (point)))
        (forward-line (- last first))
        (memento--text (buffer-substring-no-properties start (line-end-position)))))))

(defun memento--place-make (file first last &optional text note)
  "Return a place: FILE with the lines FIRST to LAST and their TEXT.
NOTE is what the person should know about it."
  (when (file-remote-p file)
    (user-error "%s is on another machine: remarks are about files that assistants here can open"
                (file-name-nondirectory file)))
  (unless (file-exists-p file)
    (user-error "%s is not on disk yet: save it first" (file-name-nondirectory file)))
  (when (file-directory-p file)
    (user-error "%s is a directory: visit the file that the remark is about" file))
  (list :file (memento--text (expand-file-name file))
        :line first
        :end-line (and (> last first) last)
        :text text
        :note note))

;;;; Other revisions

(defun memento--place-map (hunks line)
  "Return where LINE is after HUNKS, the output of diff: (LINE . EXACT)."
  (let ((shift 0) found)
    (with-temp-buffer
      (insert hunks)
      (goto-char (point-min))
      (while (and (not found)
                  (re-search-forward
                   (rx bol (group (+ digit)) (? "," (group (+ digit))) (group (any "acd"))
                       (group (+ digit)) (? "," (group (+ digit))) eol)
                   nil t))
        (let* ((number (lambda (n) (and (match-string n) (string-to-number (match-string n)))))
               (kind (match-string 3))
               (old (funcall number 1))
               (old-end (or (funcall number 2) old))
               (new (funcall number 4))
               (new-end (or (funcall number 5) new))
               (added (if (equal kind "d") 0 (1+ (- new-end new))))
               (removed (if (equal kind "a") 0 (1+ (- old-end old)))))
          (cond
           ((and (not (equal kind "a")) (<= old line old-end))
            (setq found (cons (max 1 (min (+ new (- line old)) new-end)) nil)))
           ((> line old-end)
            (setq shift (+ shift (- added removed))))))))
    (or found (cons (+ line shift) t))))

(defun memento--place-in-file (file first last)
  "Return the place in FILE of the lines FIRST to LAST of the current buffer.
The buffer shows another revision of FILE."
  (unless (file-exists-p file)
    (user-error "%s does not exist any more: this revision is all there is of it" (abbreviate-file-name file)))
  (let* ((old (make-temp-file "memento-"))
         (hunks (unwind-protect
                    (let ((coding-system-for-write buffer-file-coding-system))
                      (save-restriction
                        (widen)
                        (write-region nil nil old nil 'silent))
                      (with-temp-buffer
                        (unless (memq (call-process "diff" nil t nil old file) '(0 1))
                          (user-error "Cannot tell where this line is now: diff says %s" (string-trim (buffer-string))))
                        (buffer-string)))
                  (delete-file old)))
         (begin (memento--place-map hunks first))
         (end (memento--place-map hunks last)))
    ;; The text is the file's and not the revision's: the remark is about what is there now.
    (memento--place-make file (car begin) (max (car begin) (car end)) nil
                         (unless (and (cdr begin) (cdr end))
                           "changed since that revision; this is the nearest line"))))

(defun memento--place-revision-file ()
  "Return the file of which this buffer is another revision, or nil."
  (cond
   ((bound-and-true-p magit-buffer-file-name)
    magit-buffer-file-name)
   ((and (buffer-live-p (bound-and-true-p vc-parent-buffer))
         (buffer-file-name vc-parent-buffer)
         (string-match-p "\\.~.+~\\(?:<[0-9]+>\\)?\\'" (buffer-name)))
    (buffer-file-name vc-parent-buffer))
   ((and buffer-file-name (string-match "\\`\\(.+\\)\\.~[^/]+~\\'" buffer-file-name))
    (match-string 1 buffer-file-name))))

;;;; Diffs

(defun memento--place-in-hunk-p ()
  "Return non-nil if point is in a hunk, and not in a header or a message."
  (pcase (ignore-errors (diff-bounds-of-hunk))
    (`(,begin ,end) (and (<= begin (point)) (< (point) end)))))

(defun memento--place-diff-source (position)
  "Return (BUFFER . LINE) that the diff's line at POSITION is about."
  (save-excursion
    (goto-char position)
    (unless (memento--place-in-hunk-p)
      (user-error "This line of the diff is about no line of a file: go to one of a hunk"))
    (pcase-let ((`(,buffer ,_ (,start . ,_) (,_ . ,offset) . ,_)
                 (condition-case err
                     (diff-find-source-location nil nil t)
                   (error (user-error "This line of the diff leads to no file: %s" (error-message-string err))))))
      (with-current-buffer buffer
        (cons buffer (memento--place-line (min (+ start (or offset 0)) (1+ (buffer-size)))))))))

(defun memento--place-in-diff (begin end)
  "Return the place that the diff's lines from BEGIN to END are about."
  (pcase-let ((`(,buffer . ,first) (memento--place-diff-source begin))
              (`(,other . ,last) (memento--place-diff-source end)))
    (unless (eq buffer other)
      (user-error "The region spans two files: mark lines of one"))
    (with-current-buffer buffer
      (memento--place-make (buffer-file-name) first (max first last)
                           (memento--place-text first (max first last))))))

;;;; Here

(defun memento--place (&optional begin end)
  "Return the place of the line at point, or of the region from BEGIN to END.
The place is a plist of :file, :line, :end-line, :text and :note.  Signal a
`user-error' where there is no file that a remark could be about."
  (let* ((begin (or begin (point)))
         ;; A region that ends at the beginning of a line does not mean that line.
         (end (if (and end (> end begin) (save-excursion (goto-char end) (bolp)))
                  (1- end)
                (or end begin)))
         (first (memento--place-line begin))
         (last (memento--place-line end)))
    (cond
     ((derived-mode-p 'diff-mode)
      (memento--place-in-diff begin end))
     ((memento--place-revision-file)
      (memento--place-in-file (memento--place-revision-file) first last))
     ((derived-mode-p 'dired-mode)
      (user-error "This is a directory: visit the file that the remark is about"))
     ((derived-mode-p 'magit-section-mode)
      (user-error "Visit the line first (RET), then comment on it there"))
     ((buffer-file-name (or (buffer-base-buffer) (current-buffer)))
      (memento--place-make (buffer-file-name (or (buffer-base-buffer) (current-buffer)))
                           first last (memento--place-text first last)))
     (t
      (user-error "Buffer %s visits no file: remarks are about the lines of files" (buffer-name))))))

(provide 'memento-review-place)
;;; memento-review-place.el ends here
