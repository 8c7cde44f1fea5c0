;;; memento-diff-show.el --- How a review looks  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Each file has a heading in place of git's four lines; each item has a sign in the margin and a face that tell how it was
;; judged; reasons and comments stand under what they are about.  Headings, signs and faces are text properties that are put
;; on what is displayed; only what the person wrote is an overlay.

;;; Code:

(require 'memento-diff-move)
(require 'memento-diff-header)
(require 'diff-mode)

(declare-function memento--diff-rich-wanted "memento-diff-rich")

;;;; Faces

(defface memento-diff-approved '((t :inherit success))
  "Face of the sign beside what was approved."
  :group 'memento-diff)

(defface memento-diff-rejected '((t :inherit error))
  "Face of the sign beside what was rejected."
  :group 'memento-diff)

(defface memento-diff-hunk-approved '((t :inherit (memento-diff-approved diff-hunk-header) :extend t))
  "Face of the first line of a hunk that was approved."
  :group 'memento-diff)

(defface memento-diff-hunk-rejected '((t :inherit (memento-diff-rejected diff-hunk-header) :extend t))
  "Face of the first line of a hunk that was rejected."
  :group 'memento-diff)

(defface memento-diff-comment '((t :inherit warning :weight normal))
  "Face of comments and their sign."
  :group 'memento-diff)

(defface memento-diff-reason '((t :inherit error :weight normal))
  "Face of the reasons of rejections."
  :group 'memento-diff)

;;;; Signs

(defun memento--diff-glyph (glyph plain)
  "Return GLYPH, or PLAIN where it cannot be displayed."
  (if (seq-every-p #'char-displayable-p glyph) glyph plain))

(defun memento--diff-sign (index)
  "Return the two characters of the margin beside the item INDEX."
  (let ((item (memento--diff-item index)))
    (concat
     (pcase (plist-get item :judgement)
       ('approve (propertize (memento--diff-glyph "✓" "A") 'face 'memento-diff-approved))
       ('reject (propertize (memento--diff-glyph "✗" "R") 'face 'memento-diff-rejected))
       (_ " "))
     (cond
      ((memento--diff-comments-of index)
       (propertize (memento--diff-glyph "●" "C") 'face 'memento-diff-comment))
      ((plist-get item :kept) (propertize "=" 'face 'shadow))
      (t " ")))))

(defun memento--diff-file-sign (index)
  "Return the two characters of the margin beside the heading of the file INDEX.
They stand for all its hunks when those were judged alike."
  (let* ((items (memento--diff-file-items index))
         (judgements (seq-uniq (mapcar #'memento--diff-judgement items))))
    (cond
     ((and items (null (cdr judgements)) (car judgements))
      (if (cdr items)
          (concat (substring (memento--diff-sign (car items)) 0 1)
                  (if (seq-some #'memento--diff-comments-of items)
                      (propertize (memento--diff-glyph "●" "C") 'face 'memento-diff-comment)
                    " "))
        (memento--diff-sign (car items))))
     ((seq-some #'memento--diff-comments-of items)
      (concat " " (propertize (memento--diff-glyph "●" "C") 'face 'memento-diff-comment)))
     (t "  "))))

(defun memento--diff-put-sign (position sign)
  "Show SIGN in the margin beside the line at POSITION."
  (if (string-blank-p sign)
      (remove-text-properties position (1+ position) '(line-prefix nil))
    (put-text-property position (1+ position) 'line-prefix
                       (propertize " " 'display `((margin left-margin) ,sign)))))

(defun memento--diff-put-signs (index)
  "Show the sign of the item INDEX, if it is a hunk."
  ;; It is not left to jit-lock, since a line's prefix is looked at before the line is fontified.
  (when (memento--diff-hunk-p index)
    (memento--diff-put-sign (memento--diff-beginning index) (memento--diff-sign index))))

;;;; Headings

(defun memento--diff-change-name (file)
  "Return what became of FILE, in a word or two."
  (pcase (plist-get file :change)
    ('added "new")
    ('deleted "deleted")
    ('renamed "renamed")
    ('copied "copied")
    (_ "modified")))

(defun memento--diff-file-notes (index)
  "Return what there is to say of the file INDEX besides its name, as a list."
  (let* ((file (memento--diff-file index))
         (items (memento--diff-file-items index))
         (undecided (seq-count (lambda (item) (not (memento--diff-judgement item))) items))
         (hunks (seq-count #'memento--diff-hunk-p items)))
    (delq nil
          (list (and (plist-get file :binary) "binary")
                (and (plist-get file :submodule) "submodule")
                (memento--diff-mode-note index)
                (and (aref memento--diff-folded-files index) (> hunks 0)
                     (format "%d hunk%s" hunks (if (= hunks 1) "" "s")))
                (and (> (length items) 1) (< 0 undecided (length items))
                     (format "%d undecided" undecided))))))

(defun memento--diff-mode-note (index)
  "Return how the mode of the file INDEX changed, or nil."
  (save-excursion
    (goto-char (memento--diff-file-beginning index))
    (let ((end (memento--diff-header-end index)))
      (cond
       ((re-search-forward "^old mode \\([0-9]+\\)\nnew mode \\([0-9]+\\)$" end t)
        (format "mode %s to %s" (match-string-no-properties 1) (match-string-no-properties 2)))
       ((re-search-forward "^\\(?:\\(?:new\\|deleted\\) file mode\\|index .*\\) \\(100755\\|120000\\)$" end t)
        (if (equal (match-string 1) "120000") "symbolic link" "executable"))))))

(defun memento--diff-header-end (index)
  "Return where the header of the file INDEX ends."
  (let ((first (seq-find #'memento--diff-hunk-p (memento--diff-file-items index))))
    (if first (memento--diff-beginning first) (memento--diff-file-end index))))

(defun memento--diff-heading (index)
  "Return the heading of the file INDEX."
  (let* ((file (memento--diff-file index))
         (added (or (plist-get file :added) 0))
         (removed (or (plist-get file :removed) 0))
         (old (plist-get file :old-path))
         (notes (memento--diff-file-notes index))
         (name (concat (and old (format "%s → " old)) (plist-get file :path))))
    (propertize
     (concat (format "%-8s " (memento--diff-change-name file))
             (replace-regexp-in-string "[[:cntrl:]]" "?" (if (char-displayable-p ?→) name (string-replace "→" "->" name)))
             (and (> added 0) (format "  +%d" added))
             (and (> removed 0) (format "  -%d" removed))
             (and notes (format "  (%s)" (string-join notes ", "))))
     'face 'diff-file-header)))

;;;; What is displayed

(defun memento--diff-decorate (beginning end)
  "Put headings and faces between BEGINNING and END, for jit-lock."
  (when (and memento--diff-start (> end memento--diff-start))
    (let* ((from (max beginning memento--diff-start))
           (to (min end (+ memento--diff-start memento--diff-size)))
           (file (memento--diff-file-at from))
           (item (memento--diff-search memento--diff-item-offsets (- from memento--diff-start))))
      (with-silent-modifications
        (memento--diff-cut-long-lines from to)
        (while (and file (< file (length memento--diff-files)) (< (memento--diff-file-beginning file) to))
          (when (and (>= (memento--diff-line-end (memento--diff-file-beginning file)) from)
                     (not (memento--diff-file-hidden-p file)))
            (memento--diff-decorate-file file))
          (setq file (1+ file)))
        (setq item (or item 0))
        (while (and (< item (length memento--diff-items)) (< (memento--diff-beginning item) to))
          (when (memento--diff-hunk-p item)
            (when (>= (memento--diff-line-end (memento--diff-beginning item)) from)
              (memento--diff-decorate-hunk item))
            ;; The end of its last line may be hidden, with the hunk below.
            (memento--diff-rich-wanted item (max from (memento--diff-beginning item))
                                       (min to (1- (memento--diff-end item)))))
          (setq item (1+ item)))))))

(defun memento--diff-decorate-file (index)
  "Put heading and sign on the file INDEX."
  (let* ((beginning (memento--diff-file-beginning index))
         (end (memento--diff-line-end beginning)))
    (put-text-property beginning (1+ end) 'face 'diff-file-header)
    ;; In the first line of a window Emacs does not put the prefix of a line that is a display string into the margin: so
    ;; the sign takes the place of the first character.
    (put-text-property beginning (1+ beginning) 'display `((margin left-margin) ,(memento--diff-file-sign index)))
    (put-text-property (1+ beginning) end 'display (memento--diff-heading index))))

(defun memento--diff-decorate-hunk (index)
  "Put the face of its judgement on the hunk INDEX."
  (let ((beginning (memento--diff-beginning index)))
    (when-let ((face (pcase (memento--diff-judgement index)
                       ('approve 'memento-diff-hunk-approved)
                       ('reject 'memento-diff-hunk-rejected))))
      (put-text-property beginning (1+ (memento--diff-line-end beginning)) 'face face))))

;;;; What the person wrote

(defvar-local memento--diff-notes nil
  "A hash table of the overlays with reasons and comments, by item.")

(defun memento--diff-note-text (text sign face)
  "Return TEXT wrapped to stand under a line, with SIGN and FACE."
  (let ((width (max 20 (- (min 100 (memento--diff-width)) 6 (string-width sign)))))
    (mapconcat (lambda (line) (concat "\n"
                                 ;; The default face, lest that of the line above shine through.
                                 (propertize (concat "  " sign " " line) 'face (list face 'default))))
               (memento--diff-wrap text width) "")))

(defun memento--diff-note (index position text)
  "Show TEXT under the line at POSITION, for the item INDEX."
  (let* ((end (memento--diff-line-end position))
         (overlay (make-overlay (max position (1- end)) end)))
    (overlay-put overlay 'memento-diff-note index)
    (overlay-put overlay 'after-string text)
    (puthash index (cons overlay (gethash index memento--diff-notes)) memento--diff-notes)))

(defun memento--diff-whole-p (comment)
  "Return non-nil if COMMENT is on a whole hunk or on a file."
  (let ((index (plist-get comment :item)))
    (or (not (memento--diff-hunk-p index))
        (and (= (plist-get comment :first) 0)
             (>= (plist-get comment :last) (1- (memento--diff-line-count index)))))))

(defun memento--diff-show-notes (index)
  "Show the reason and the comments of the item INDEX."
  (mapc #'delete-overlay (gethash index memento--diff-notes))
  (remhash index memento--diff-notes)
  (let ((bar (memento--diff-glyph "┃" "|"))
        (head (when-let ((reason (plist-get (memento--diff-item index) :reason)))
                (memento--diff-note-text reason (memento--diff-glyph "✗" "R") 'memento-diff-reason)))
        (lines nil))
    (dolist (comment (memento--diff-comments-of index))
      (let ((text (memento--diff-note-text (plist-get comment :text) bar 'memento-diff-comment))
            (line (plist-get comment :last)))
        (if (memento--diff-whole-p comment)
            (setq head (concat head text))
          (setf (alist-get line lines) (concat (alist-get line lines) text)))))
    (when head
      (memento--diff-note index (memento--diff-beginning index) head))
    (pcase-dolist (`(,line . ,text) lines)
      (memento--diff-note index (memento--diff-line-beginning index line) text))))

(defun memento--diff-show-all-notes ()
  "Show the reasons and the comments of all items."
  (when memento--diff-notes
    (maphash (lambda (_ overlays) (mapc #'delete-overlay overlays)) memento--diff-notes))
  (setq memento--diff-notes (make-hash-table))
  (dotimes (index (length memento--diff-items))
    (when (plist-get (memento--diff-item index) :reason)
      (memento--diff-show-notes index)))
  (dolist (index (seq-uniq (mapcar (lambda (comment) (plist-get comment :item)) memento--diff-comments)))
    (memento--diff-show-notes index)))

(defun memento--diff-show (what)
  "Show that WHAT has changed: a list of items, or t for all of them.
The header is always made anew."
  (save-restriction
    (widen)
    (memento--diff-show-header)
    (with-silent-modifications
      (cond
       ((eq what t)
        (memento--diff-show-all-notes)
        (dotimes (index (length memento--diff-items))
          (memento--diff-put-signs index))
        (jit-lock-refontify memento--diff-start (+ memento--diff-start memento--diff-size)))
       (t
        (dolist (index what)
          (memento--diff-show-notes index)
          (memento--diff-put-signs index)
          (memento--diff-refontify-line (memento--diff-beginning index)))
        (dolist (file (seq-uniq (mapcar (lambda (index) (plist-get (memento--diff-item index) :file)) what)))
          (memento--diff-refontify-line (memento--diff-file-beginning file))))))))

(defun memento--diff-refontify-line (position)
  "Have the line at POSITION fontified again when it is displayed."
  (jit-lock-refontify position (1+ (memento--diff-line-end position))))

(provide 'memento-diff-show)
;;; memento-diff-show.el ends here
