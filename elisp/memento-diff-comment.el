;;; memento-diff-comment.el --- Comment on lines of a review  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; A comment is on one or more lines of a hunk, or on a whole hunk or file.  It goes to the assistant with the verdict; `l'
;; puts it, or the reason of a rejection, into the review log as well.

;;; Code:

(require 'memento-diff-judge)

(declare-function memento-core-diff-log "ext:memento-core")
(declare-function memento-core-diff-comment "ext:memento-core")
(declare-function memento-core-diff-remove-comment "ext:memento-core")

;;;; What is at point

(defun memento--diff-place ()
  "Return the lines at point or in the region: (ITEM FIRST LAST).
On the first line of a hunk those are all its lines."
  (let* ((from (if (use-region-p) (region-beginning) (point)))
         (to (if (use-region-p) (max from (1- (region-end))) (point)))
         (item (or (memento--diff-item-at from)
                   (user-error "A comment is on a line of a hunk: go to one with n"))))
    (unless (eql item (memento--diff-item-at to))
      (user-error "The region is in more than one hunk: a comment is on lines of one"))
    (if (or (not (memento--diff-hunk-p item))
            (<= to (memento--diff-line-end (memento--diff-beginning item))))
        (list item 0 (max 0 (1- (memento--diff-line-count item))))
      (let ((last (max 0 (1- (memento--diff-line-count item)))))
        (list item
              (if (<= from (memento--diff-line-end (memento--diff-beginning item)))
                  0
                (min last (memento--diff-line-index item from)))
              (min last (memento--diff-line-index item to)))))))

(defun memento--diff-comment-at (place)
  "Return the comment that is on PLACE, (ITEM FIRST LAST), or nil.
The one on the fewest lines comes first."
  (pcase-let ((`(,item ,first ,last) place))
    (car (sort (seq-filter (lambda (comment)
                             (and (<= (plist-get comment :first) first)
                                  (>= (plist-get comment :last) last)))
                           (memento--diff-comments-of item))
               (lambda (a b)
                 (< (- (plist-get a :last) (plist-get a :first))
                    (- (plist-get b :last) (plist-get b :first))))))))

(defun memento--diff-here ()
  "Return the comment at point, or nil.
On the first line of a hunk that is one on the whole hunk; a comment is shown
under its last line."
  (unless (use-region-p)
    (when-let* ((item (memento--diff-item-at (point)))
                (place (memento--diff-place)))
      (if (= (line-beginning-position) (memento--diff-beginning item))
          (seq-find #'memento--diff-whole-p (memento--diff-comments-of item))
        (let ((comment (memento--diff-comment-at place)))
          (and comment (not (memento--diff-whole-p comment)) comment))))))

(defun memento--diff-place-name (item first last)
  "Return a short name of the lines FIRST to LAST of ITEM."
  (if (not (memento--diff-hunk-p item))
      (memento--diff-item-name item)
    (let ((name (plist-get (memento--diff-file (plist-get (memento--diff-item item) :file)) :path))
          (from (memento--diff-line-number item first))
          (to (memento--diff-line-number item last)))
      (format (if (= from to) "%s:%d" "%s:%d-%d") (file-name-nondirectory name) from to))))

(defun memento--diff-line-number (item line)
  "Return the number in the new file of LINE, an index, of the hunk ITEM."
  (save-excursion
    (let ((to (memento--diff-line-beginning item line)) number)
      (goto-char (memento--diff-beginning item))
      (setq number (if (looking-at "@@ [^+\n]*\\+\\([0-9]+\\)") (string-to-number (match-string 1)) 1))
      (forward-line 1)
      (while (< (point) to)
        (unless (memq (char-after) '(?- ?\\))
          (setq number (1+ number)))
        (forward-line 1))
      number)))

;;;; Commands

(defun memento-diff-comment ()
  "Comment on the line at point or the lines of the region.
On the first line of a hunk that is the whole hunk.  Where there is a comment it
is edited."
  (interactive)
  (unless (memento--diff-open-p)
    (user-error "This review is closed: nobody would get a comment"))
  (pcase-let* ((old (memento--diff-here))
               (`(,item ,first ,last)
                (if old
                    (list (plist-get old :item) (plist-get old :first) (plist-get old :last))
                  (memento--diff-place)))
               (review (current-buffer)))
    (memento--diff-leave-region)
    (memento--capture
     (concat (if old "Edit the comment on " "Comment on ") (memento--diff-place-name item first last))
     (lambda (text _category)
       (with-current-buffer (memento--diff-live review)
         (memento--diff-store-comment old (list :item item :first first :last last :text text))
         "Stored; the assistant gets it with the verdict"))
     (and old (plist-get old :text)) nil nil "comment")))

(defun memento--diff-store-comment (old new)
  "Store the comment NEW in the place of OLD, which may be nil, and show it."
  (let ((stored (memento--diff-change #'memento-core-diff-comment
                                      (append (and old (list :id (plist-get old :id))) new))))
    (push (cons 'comment (cons (copy-sequence old) (copy-sequence stored))) memento--diff-undo)
    (memento--diff-put-comment old stored)))

(defun memento-diff-delete-comment ()
  "Delete the comment at point.
\\<memento-diff-review-mode-map>\\[memento-diff-undo] brings it back."
  (interactive)
  (let ((comment (or (memento--diff-here) (user-error "No comment on this line"))))
    (memento--diff-change #'memento-core-diff-remove-comment (plist-get comment :id))
    (push (cons 'comment (cons (copy-sequence comment) nil)) memento--diff-undo)
    (memento--diff-put-comment comment nil)
    (message (substitute-command-keys
              "Deleted; \\<memento-diff-review-mode-map>\\[memento-diff-undo] brings it back"))))

(defun memento-diff-log ()
  "Log the comment or the reason at point into the review log too.
Where there is none, a remark is written."
  (interactive)
  (let* ((comment (memento--diff-here))
         (item (or (memento--diff-item-at (point)) (user-error "Go to a hunk to log a remark about it")))
         (reason (and (not (use-region-p))
                      (or (not (memento--diff-hunk-p item))
                          (= (line-beginning-position) (memento--diff-beginning item)))
                      (plist-get (memento--diff-item item) :reason)))
         (place (if comment
                    (list item (plist-get comment :first) (plist-get comment :last))
                  (memento--diff-place)))
         (review (current-buffer)))
    (memento--diff-leave-region)
    (if-let ((text (or (and comment (plist-get comment :text)) reason)))
        (message "%s" (memento--with-user-errors (memento--diff-log-remark place text nil)))
      (memento--capture
       (apply #'memento--diff-place-name place)
       (lambda (text category)
         (with-current-buffer (memento--diff-live review)
           (memento--diff-log-remark place text category)))))))

(defun memento--diff-log-remark (place text category)
  "Log TEXT with CATEGORY about PLACE, (ITEM FIRST LAST); return what to tell."
  (pcase-let* ((`(,item ,first ,last) place)
               (entry (memento--review-change
                       #'memento-core-diff-log (memento--diff-id) item
                       (append (list :first first :last last :comment text)
                               (and category (list :category category))))))
    (format "Logged a remark about %s in project %s" (memento--review-name entry) (plist-get entry :project))))

(provide 'memento-diff-comment)
;;; memento-diff-comment.el ends here
