;;; memento-diff-judge.el --- Approve, reject, undo  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Each judgement is stored when its key is pressed.  What was there before is kept in a list, so that it can be undone, as
;; far back as the buffer goes.

;;; Code:

(require 'memento-diff-show)
(require 'memento-review-capture)

(declare-function evil-exit-visual-state "ext:evil-states")
(declare-function evil-visual-state-p "ext:evil-states")
(declare-function memento-core-diff-mark "ext:memento-core")
(declare-function memento-core-diff-comment "ext:memento-core")
(declare-function memento-core-diff-remove-comment "ext:memento-core")

(defcustom memento-diff-go-on t
  "Non-nil means to go to the next undecided hunk after judging one."
  :group 'memento-diff
  :type 'boolean)

(defvar-local memento--diff-undo nil
  "What can be undone, newest first: (marks POINT . OLD) or (comment OLD . NEW).
OLD is what was there before; of comments either is nil where there was none.")

(defvar memento--diff-reason-history nil "The reasons that were typed.")

;;;; What a command is about

(defun memento--diff-targets ()
  "Return the indexes of the items that a judgement at point is about.
They are those in the region if it is active, else the one at point; on the
heading of a file that is no item itself, those of the file that are shown."
  (if (use-region-p)
      (let* ((end (max (region-beginning) (1- (region-end))))
             (last (memento--diff-item-at end))
             (first (memento--diff-search memento--diff-item-offsets (- (region-beginning) memento--diff-start))))
        (unless last
          (user-error "No hunk in the region"))
        (when (or (null first) (<= (memento--diff-end first) (region-beginning)))
          (setq first (1+ (or first -1))))
        (seq-remove #'memento--diff-item-hidden-p (number-sequence first last)))
    (if-let ((item (memento--diff-item-at (point))))
        (if (memento--diff-item-hidden-p item)
            (user-error "This hunk is hidden: = shows it")
          (list item))
      (memento--diff-file-targets))))

(defun memento--diff-file-targets ()
  "Return the indexes of the items of the file at point that are shown."
  (or (seq-remove #'memento--diff-item-hidden-p
                  (memento--diff-file-items
                   (or (memento--diff-file-at (point)) (user-error "No hunk here: n goes to the first one"))))
      (user-error "Nothing to judge here")))

(defun memento--diff-leave-region ()
  "Deactivate the region, under evil too."
  (when (and (fboundp 'evil-visual-state-p) (evil-visual-state-p))
    (evil-exit-visual-state))
  (deactivate-mark))

;;;; Storing marks

(defun memento--diff-mark-plist (index judgement reason)
  "Return the mark of the item INDEX with JUDGEMENT and REASON, for the module."
  (append (list :item index)
          (and judgement (list :judgement judgement))
          (and reason (list :reason reason))))

(defun memento--diff-set-marks (new)
  "Store NEW, as for the module, and show it; return what was there before."
  (let ((before (memento--diff-change #'memento-core-diff-mark new)))
    (dolist (mark new)
      (let* ((index (plist-get mark :item))
             (item (memento--diff-item index))
             (judgement (plist-get mark :judgement)))
        (setq item (plist-put item :judgement (if (stringp judgement) (intern judgement) judgement)))
        (setq item (plist-put item :reason (plist-get mark :reason)))
        (aset memento--diff-items index item)))
    (funcall memento--diff-shown-function (mapcar (lambda (mark) (plist-get mark :item)) new))
    before))

(defun memento--diff-judge-only (items judgement &optional reason)
  "Give ITEMS, a list of indexes, JUDGEMENT and REASON.
Return a function that goes on to the next undecided item."
  (let* ((offset (- (point) memento--diff-start))
         (before (memento--diff-set-marks
                  (mapcar (lambda (index) (memento--diff-mark-plist index judgement reason)) items))))
    (push (cons 'marks (cons offset before)) memento--diff-undo)
    (lambda ()
      (when (and judgement memento-diff-go-on)
        (unless (memento--diff-goto-undecided (1+ (car (last items))))
          (message (substitute-command-keys
                    "All are judged: \\<memento-diff-review-mode-map>\\[memento-diff-submit] submits")))))))

(defun memento--diff-judge (items judgement &optional reason)
  "Give ITEMS, a list of indexes, JUDGEMENT and REASON, and go on."
  (let ((go-on (memento--diff-judge-only items judgement reason)))
    (memento--diff-leave-region)
    (funcall go-on)))

;;;; Commands

(defun memento-diff-approve ()
  "Approve the hunk at point, or those in the region."
  (interactive)
  (memento--diff-judge (memento--diff-targets) "approve"))

(defun memento-diff-approve-file ()
  "Approve all hunks of the file at point, as far as they are shown."
  (interactive)
  (memento--diff-judge (memento--diff-file-targets) "approve"))

(defun memento--diff-live (review)
  "Return the buffer REVIEW; signal a `user-error' where it was killed."
  (if (buffer-live-p review)
      review
    (user-error "The review was closed: C-c C-k here, open it again, and M-p brings the text back")))

(defun memento--diff-reject (items long)
  "Ask why ITEMS are rejected, in a buffer if LONG, and reject them."
  (let* ((old (plist-get (memento--diff-item (car items)) :reason))
         (what (if (cdr items)
                   (format "%d hunks" (length items))
                 (memento--diff-item-name (car items)))))
    ;; The minibuffer has no room for a reason of several lines.
    (if (or long (and old (string-search "\n" old)))
        (let ((review (current-buffer)))
          (memento--capture
           (concat "Reject " what)
           (lambda (text _category)
             (with-current-buffer (memento--diff-live review)
               (let ((go-on (memento--diff-judge-only items "reject" text)))
                 (lambda ()
                   (with-current-buffer review
                     (funcall go-on)
                     (format "Rejected %s" what))))))
           old nil nil "reject"))
      (let ((reason (string-trim (read-string (format "Reject %s because: " what) old
                                              'memento--diff-reason-history nil t))))
        (when (string-empty-p reason)
          (user-error "A rejection needs a reason: nothing was marked"))
        (memento--diff-judge items "reject" (memento--text reason))))))

(defun memento--diff-item-name (index)
  "Return a short name of the item INDEX: its file, and the line of a hunk."
  (let ((name (file-name-nondirectory
               (plist-get (memento--diff-file (plist-get (memento--diff-item index) :file)) :path))))
    (save-excursion
      (goto-char (memento--diff-beginning index))
      (if (looking-at "@@ [^+\n]*\\+\\([1-9][0-9]*\\)")
          (concat name ":" (match-string-no-properties 1))
        name))))

(defun memento-diff-reject (long)
  "Reject the hunk at point, or those in the region, for a reason.
It is read in the minibuffer; with a prefix argument LONG, or to change one of
several lines, it is written in a buffer of its own."
  (interactive "P")
  (memento--diff-reject (memento--diff-targets) long))

(defun memento-diff-reject-file (long)
  "Reject all hunks of the file at point, as far as they are shown, for a reason.
LONG is as for `memento-diff-reject'."
  (interactive "P")
  (memento--diff-reject (memento--diff-file-targets) long))

(defun memento-diff-unmark ()
  "Take back the judgement of the hunk at point, or of those in the region."
  (interactive)
  (memento--diff-judge (memento--diff-targets) nil))

;;;; Undo

(defun memento-diff-undo ()
  "Undo the last judgement or comment; again, the one before."
  (interactive)
  (pcase (or (car memento--diff-undo) (user-error "Nothing to undo"))
    (`(marks ,offset . ,marks)
     (memento--diff-set-marks marks)
     (pop memento--diff-undo)
     (memento--diff-unfold (+ memento--diff-start offset))
     (goto-char (+ memento--diff-start offset))
     (memento--diff-show-up-to (point) 2)
     (message "Undone: %s" (memento--diff-plural (length marks) "judgement")))
    (`(comment ,old . ,new)
     (memento--diff-undo-comment old new)
     (message "Undone: the comment is %s" (if old "as it was" "gone")))))

(defun memento--diff-undo-comment (old new)
  "Put the comment OLD in the place of NEW; either may be nil."
  (let ((place (or old new))
        (now (if old
                 (memento--diff-change #'memento-core-diff-comment
                                       (append (and new (list :id (plist-get new :id)))
                                               (list :item (plist-get old :item) :first (plist-get old :first)
                                                     :last (plist-get old :last) :text (plist-get old :text))))
               (memento--diff-change #'memento-core-diff-remove-comment (plist-get new :id))
               nil)))
    (pop memento--diff-undo)
    (when (and now (null new))
      ;; It has a new number: what else is said of it to undo means that one.
      (memento--diff-renumber (plist-get old :id) (plist-get now :id)))
    (memento--diff-put-comment new now)
    (memento--diff-unfold (memento--diff-beginning (plist-get place :item)))
    (goto-char (memento--diff-line-beginning (plist-get place :item) (plist-get place :last)))
    (memento--diff-show-up-to (point) 2)))

(defun memento--diff-renumber (old new)
  "Have the comment OLD be known as NEW in what can be undone."
  (dolist (entry memento--diff-undo)
    (when (eq (car entry) 'comment)
      (dolist (comment (list (cadr entry) (cddr entry)))
        (when (and comment (eql (plist-get comment :id) old))
          (plist-put comment :id new))))))

(defun memento--diff-put-comment (old new)
  "Show the comment NEW in the place of OLD; either may be nil."
  (when old
    (setq memento--diff-comments
          (seq-remove (lambda (comment) (eql (plist-get comment :id) (plist-get old :id))) memento--diff-comments)))
  (when new
    (setq memento--diff-comments
          (sort (cons new memento--diff-comments)
                (lambda (a b)
                  (or (< (plist-get a :item) (plist-get b :item))
                      (and (= (plist-get a :item) (plist-get b :item))
                           (< (plist-get a :last) (plist-get b :last))))))))
  (funcall memento--diff-shown-function (list (plist-get (or new old) :item))))

(provide 'memento-diff-judge)
;;; memento-diff-judge.el ends here
