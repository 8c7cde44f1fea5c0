;;; memento-diff-items.el --- What is judged in a review buffer  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; What a review buffer knows: the request, its files, its items (hunks, and of files without any the file's header), and
;; where they are in the buffer.  The diff never changes while it is shown, but what stands above it does; so positions are
;; offsets from the start of the diff, in vectors, and finding the item at point is a binary search.

;;; Code:

(require 'memento-diff)
(require 'seq)

(declare-function memento-core-diff-review "ext:memento-core")

;;;; State of the buffer

(defvar-local memento--diff-request nil "The request, a plist.")
(defvar-local memento--diff-files [] "The files, a vector of plists.")
(defvar-local memento--diff-items [] "The items, a vector of plists.")
(defvar-local memento--diff-comments nil "The comments, a list of plists, in the order of the diff.")
(defvar-local memento--diff-start nil "A marker where the diff starts.")
(defvar-local memento--diff-size 0 "How many characters the diff has.")
(defvar-local memento--diff-file-offsets [] "Where each file starts, counted from the start of the diff.")
(defvar-local memento--diff-item-offsets [] "Where each item starts, counted from the start of the diff.")

(defvar-local memento--diff-shown-function #'ignore
  "Function called when the request, marks or comments have changed.
With a list of the indexes of items it is told which, with t all of them.")

(defun memento--diff-id ()
  "Return the id of the buffer's request."
  (or (plist-get memento--diff-request :id)
      (user-error "This is no review of a diff")))

(defun memento--diff-offsets (records)
  "Return the offsets of the lines of RECORDS, plists in the order of the diff."
  (save-excursion
    (goto-char memento--diff-start)
    (let ((line 1))
      (vconcat (mapcar (lambda (record)
                         (let ((to (plist-get record :line)))
                           (forward-line (- to line))
                           (setq line to)
                           (- (point) memento--diff-start)))
                       records)))))

(defun memento--diff-set (review)
  "Have REVIEW be what the buffer knows; its text is that of before."
  (setq memento--diff-request (plist-get review :request)
        memento--diff-files (vconcat (plist-get review :files))
        memento--diff-items (vconcat (plist-get review :items))
        memento--diff-comments (plist-get review :comments)))

(defun memento--diff-insert (review)
  "Insert the diff of REVIEW at point and have the buffer know it."
  (memento--diff-set review)
  (setq memento--diff-start (copy-marker (point))
        memento--diff-size (length (plist-get review :text)))
  (insert (plist-get review :text))
  (setq memento--diff-file-offsets (memento--diff-offsets memento--diff-files)
        memento--diff-item-offsets (memento--diff-offsets memento--diff-items)))

;;;; Positions

(defun memento--diff-search (offsets offset)
  "Return the index of the last of OFFSETS that is not after OFFSET, or nil."
  (let ((low 0) (high (length offsets)))
    (while (< low high)
      (let ((middle (/ (+ low high) 2)))
        (if (<= (aref offsets middle) offset)
            (setq low (1+ middle))
          (setq high middle))))
    (and (> low 0) (1- low))))

(defun memento--diff-item (index)
  "Return the item INDEX."
  (aref memento--diff-items index))

(defun memento--diff-file (index)
  "Return the file INDEX."
  (aref memento--diff-files index))

(defun memento--diff-file-beginning (index)
  "Return the beginning of the file INDEX."
  (+ memento--diff-start (aref memento--diff-file-offsets index)))

(defun memento--diff-file-end (index)
  "Return where the file INDEX ends."
  (+ memento--diff-start
     (if (< (1+ index) (length memento--diff-files))
         (aref memento--diff-file-offsets (1+ index))
       memento--diff-size)))

(defun memento--diff-beginning (index)
  "Return the beginning of the item INDEX: its @@ line, or its file's first."
  (+ memento--diff-start (aref memento--diff-item-offsets index)))

(defun memento--diff-end (index)
  "Return where the item INDEX ends."
  (let ((file-end (memento--diff-file-end (plist-get (memento--diff-item index) :file))))
    (if (< (1+ index) (length memento--diff-items))
        (min file-end (memento--diff-beginning (1+ index)))
      file-end)))

(defun memento--diff-file-at (position)
  "Return the index of the file at POSITION; nil above the diff."
  (memento--diff-search memento--diff-file-offsets (- position memento--diff-start)))

(defun memento--diff-item-at (position)
  "Return the index of the item at POSITION, or nil.
In the header of a file that is no item itself there is none."
  (when-let ((index (memento--diff-search memento--diff-item-offsets (- position memento--diff-start))))
    (and (eql (plist-get (memento--diff-item index) :file) (memento--diff-file-at position))
         index)))

(defun memento--diff-file-items (index)
  "Return the indexes of the items of the file INDEX."
  (let* ((file (memento--diff-file index))
         (first (plist-get file :first-item)))
    (and first
         (number-sequence first (+ first (plist-get file :item-count) -1)))))

(defun memento--diff-hunk-p (index)
  "Return non-nil if the item INDEX is a hunk, not the header of a file."
  (plist-get (memento--diff-item index) :hunk))

;;;; Lines of hunks

(defun memento--diff-line-count (index)
  "Return how many lines the hunk INDEX has.
Those that only say that the file ends without a newline are none."
  (if (memento--diff-hunk-p index)
      (memento--diff-line-index index (memento--diff-end index))
    1))

(defun memento--diff-line-index (index position)
  "Return which line of the hunk INDEX is at POSITION, from 0."
  (if (not (memento--diff-hunk-p index))
      0
    (save-excursion
      (goto-char (memento--diff-beginning index))
      (forward-line 1)
      (let ((count 0)
            (end (save-excursion (goto-char position) (line-beginning-position))))
        (while (< (point) end)
          (unless (eq (char-after) ?\\)
            (setq count (1+ count)))
          (forward-line 1))
        ;; A line that says that there is no newline belongs to the one above it.
        (if (and (eq (char-after) ?\\) (> count 0)) (1- count) count)))))

(defun memento--diff-line-beginning (index line)
  "Return the beginning of LINE, counted from 0, of the hunk INDEX."
  (save-excursion
    (goto-char (memento--diff-beginning index))
    (when (memento--diff-hunk-p index)
      (let ((end (memento--diff-end index)))
        (forward-line 1)
        (while (and (> line 0) (< (point) end))
          (forward-line 1)
          (unless (eq (char-after) ?\\)
            (setq line (1- line))))))
    (point)))

;;;; Marks and comments

(defun memento--diff-comments-of (index)
  "Return the comments on the item INDEX."
  (seq-filter (lambda (comment) (eql (plist-get comment :item) index)) memento--diff-comments))

(defun memento--diff-judgement (index)
  "Return the judgement of the item INDEX: `approve', `reject' or nil."
  (plist-get (memento--diff-item index) :judgement))

(defun memento--diff-count ()
  "Return how the items are judged: (APPROVED REJECTED UNDECIDED)."
  (let ((approved 0) (rejected 0) (undecided 0))
    (seq-doseq (item memento--diff-items)
      (pcase (plist-get item :judgement)
        ('approve (setq approved (1+ approved)))
        ('reject (setq rejected (1+ rejected)))
        (_ (setq undecided (1+ undecided)))))
    (list approved rejected undecided)))

(defun memento--diff-open-p ()
  "Return non-nil if the request can still be judged."
  (memq (plist-get memento--diff-request :state) '(waiting in-review)))

;;;; Talking to the module

(defun memento--diff-look-again ()
  "Ask the module what was said of the request so far, and show it."
  (memento--diff-set (memento--call #'memento-core-diff-review (memento--diff-id)))
  (funcall memento--diff-shown-function t))

(defun memento--diff-change (function &rest arguments)
  "Call FUNCTION of the module with the request and ARGUMENTS; return its result.
Where that is refused because somebody else has the review now, or it is decided
or superseded, the buffer shows so before the error is signalled."
  (condition-case err
      (apply #'memento--call function (memento--diff-id) arguments)
    ((memento-conflict memento-invalid memento-not-found)
     (ignore-errors (memento--diff-look-again))
     (user-error "%s%s" (or (cadr err) (get (car err) 'error-message))
                 (if (eq (plist-get memento--diff-request :state) 'superseded) " (C-c C-n)" "")))
    (memento-panic (signal (car err) (cdr err)))
    (memento-error (user-error "%s" (or (cadr err) (get (car err) 'error-message))))))

(provide 'memento-diff-items)
;;; memento-diff-items.el ends here
