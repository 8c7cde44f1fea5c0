;;; memento-diff-list.el --- The requests for a review as a table  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-diff-list' shows what waits for a review in all sessions and repositories, the oldest first, and is up to date
;; by itself.  From there a review is opened, or what was decided is read again.

;;; Code:

(require 'memento-diff)
(require 'tabulated-list)
(require 'transient)

(declare-function memento-core-diff-begin "ext:memento-core")
(declare-function memento-core-diff-list "ext:memento-core")
(declare-function memento-core-diff-submit "ext:memento-core")
(declare-function memento-core-diff-verdict "ext:memento-core")
(declare-function memento--evil-buffer "memento-evil")

;;;; Faces

(defface memento-diff-list-waiting '((t :inherit font-lock-warning-face))
  "Face of what waits for a judgement."
  :group 'memento-diff)

(defface memento-diff-list-approved '((t :inherit success))
  "Face of what was approved."
  :group 'memento-diff)

(defface memento-diff-list-rejected '((t :inherit error))
  "Face of what was rejected or must change."
  :group 'memento-diff)

(defface memento-diff-list-closed '((t :inherit shadow))
  "Face of a request that was closed without an answer."
  :group 'memento-diff)

;;;; Internal variables

(defconst memento--diff-list-buffer "*memento diffs*"
  "The name of the buffer with the list of requests.")

(defvar-local memento--diff-list-all nil
  "Non-nil if closed requests are shown too.")

(defvar-local memento--diff-list-requests nil
  "The requests that are shown.")

(defvar-local memento--diff-list-outdated nil
  "Non-nil if the requests changed while the list was not displayed.")

;;;; Rows

(defun memento--diff-list-state (request)
  "Return the name of the state of REQUEST, or of how it was decided."
  (pcase (or (plist-get request :decision) (plist-get request :state))
    ('waiting (propertize "waiting" 'face 'memento-diff-list-waiting))
    ('in-review (propertize (if (memento--diff-open-here-p request) "open here" "in review")
                            'face 'memento-diff-list-waiting))
    ('approved (propertize "approved" 'face 'memento-diff-list-approved))
    ('changes-requested (propertize "changes" 'face 'memento-diff-list-rejected))
    ('abandoned (propertize "abandoned" 'face 'memento-diff-list-closed))
    ('superseded (propertize "replaced" 'face 'memento-diff-list-closed))
    (state (propertize (symbol-name state) 'face 'memento-diff-list-closed))))

(defun memento--diff-list-cells (request now)
  "Return the cells of REQUEST at the time NOW."
  (vector (memento--diff-list-state request)
          (propertize (memento--review-age (plist-get request :created) now) 'face 'memento-review-age)
          (if (plist-get request :own) "you" (memento--diff-one-line (plist-get request :session)))
          (propertize (memento--diff-one-line (plist-get request :project)) 'face 'memento-review-project)
          (memento--diff-one-line (or (plist-get request :branch) "-"))
          (number-to-string (plist-get request :files))
          (format "+%d −%d" (plist-get request :added) (plist-get request :removed))
          (number-to-string (plist-get request :round))
          (memento--diff-one-line (plist-get request :title))))

(defun memento--diff-list-width (rows index least greatest)
  "Return the width of the column INDEX of ROWS, from LEAST to GREATEST."
  (max least (min greatest (seq-reduce (lambda (width row) (max width (string-width (aref (cadr row) index)))) rows 0))))

(defun memento--diff-list-format (rows)
  "Return the columns that ROWS need.
The title has what is left: in a narrow window the others leave it more."
  (let* ((wide (>= (window-width (or (get-buffer-window nil t) (selected-window))) 120))
         (column (lambda (name index least greatest &rest more)
                   (append (list name (memento--diff-list-width rows index least greatest)) more))))
    (vector '("State" 9 t)
            '("Age" 4 memento--diff-list-older-p :right-align t)
            (funcall column "Session" 2 7 (if wide 24 10) t)
            (funcall column "Repo" 3 4 (if wide 24 10) t)
            (funcall column "Branch" 4 6 (if wide 24 8) t)
            (funcall column "Files" 5 5 6 #'memento--diff-list-fewer-p :right-align t)
            (funcall column "+/−" 6 5 13 #'memento--diff-list-smaller-p)
            (funcall column "R" 7 1 3 #'memento--diff-list-earlier-p :right-align t)
            '("Title" 0 t))))

(defun memento--diff-list-fit (row columns)
  "Cut the cells of ROW to COLUMNS.
Tabulated List mode would hide the rest in text properties, and the cursor's
column would be another one than that which is seen."
  (let ((cells (cadr row)))
    (seq-do-indexed
     (lambda (column index)
       (when (and (> (cadr column) 0)
                  (> (string-width (aref cells index)) (cadr column)))
         (aset cells index (truncate-string-to-width (aref cells index) (cadr column) nil nil "…"))))
     columns)))

(defun memento--diff-list-by (function)
  "Return a predicate that compares two rows by a number that FUNCTION computes."
  (lambda (a b)
    (< (funcall function (memento--diff-list-request (car a)))
       (funcall function (memento--diff-list-request (car b))))))

(defun memento--diff-list-older-p (a b)
  "Return non-nil if row A is older than row B."
  (funcall (memento--diff-list-by (lambda (request) (plist-get request :created))) a b))

(defun memento--diff-list-fewer-p (a b)
  "Return non-nil if row A has fewer files than row B."
  (funcall (memento--diff-list-by (lambda (request) (plist-get request :files))) a b))

(defun memento--diff-list-smaller-p (a b)
  "Return non-nil if row A is about fewer lines than row B."
  (funcall (memento--diff-list-by (lambda (request) (+ (plist-get request :added) (plist-get request :removed)))) a b))

(defun memento--diff-list-earlier-p (a b)
  "Return non-nil if row A is of an earlier round than row B."
  (funcall (memento--diff-list-by (lambda (request) (plist-get request :round))) a b))

;;;; Filling

(defun memento--diff-list-empty ()
  "Return the text of an empty list."
  (let ((again (if (bound-and-true-p evil-local-mode) "gr" "\\[revert-buffer]")))
    (substitute-command-keys
     (concat
      (if memento--diff-list-all
          "\n  Nobody has asked for a review yet.\n"
        "\n  No review waits for you.\n")
      "\n  An assistant asks for one with its tool diff_request, a script with"
      "\n  “memento diff request”.\n\n  \\[memento-diff-working-tree] reviews your own changes.\n"
      "\\<memento-diff-list-mode-map>\n  "
      (if memento--diff-list-all "" "\\[memento-diff-list-toggle] shows closed ones, ")
      again " looks again, \\[quit-window] leaves.\n"))))

(defun memento--diff-list-request (id)
  "Return the request ID of the list."
  (seq-find (lambda (request) (equal (plist-get request :id) id)) memento--diff-list-requests))

(defun memento--diff-list-place (position)
  "Return where POSITION is in the list: (ID LINE COLUMN)."
  (save-excursion
    (goto-char position)
    (list (tabulated-list-get-id) (line-number-at-pos) (current-column))))

(defun memento--diff-list-restore (place)
  "Return the position of PLACE: where its request is now, else its line."
  (pcase-let ((`(,id ,line ,column) place))
    (save-excursion
      (goto-char (point-min))
      (unless (and id
                   (progn
                     (while (not (or (eobp) (equal (tabulated-list-get-id) id)))
                       (forward-line 1))
                     (not (eobp))))
        (goto-char (point-min))
        (forward-line (1- (min line (max 1 (length tabulated-list-entries))))))
      (move-to-column column)
      (point))))

(defun memento--diff-list-refresh (&rest _)
  "Fill the list, keeping point at its request, else at its line.
For `revert-buffer-function'."
  (memento--with-user-errors
    (memento--without-gc
      (memento--diff-list-fill (memento--call #'memento-core-diff-list (list :all memento--diff-list-all))))))

(defun memento--diff-list-fill (requests)
  "Fill the list with REQUESTS, keeping point at its request, else at its line."
  (let* ((now (truncate (float-time)))
         (rows (mapcar (lambda (request) (list (plist-get request :id) (memento--diff-list-cells request now))) requests))
         (columns (memento--diff-list-format rows)))
    (dolist (row rows)
      (memento--diff-list-fit row columns))
    (setq memento--diff-list-outdated nil
          memento--diff-list-requests requests)
    (setq mode-line-process
          (format " [%d %s]" (length (memento--diff-waiting requests))
                  (if memento--diff-list-all (format "of %d" (length requests)) "waiting")))
    ;; While one is judged all rows stay as they are.
    (unless (and rows (equal rows tabulated-list-entries))
      (let* ((windows (get-buffer-window-list nil nil t))
             (places (mapcar (lambda (window) (memento--diff-list-place (window-point window))) windows))
             (here (memento--diff-list-place (point))))
        (setq tabulated-list-entries rows
              tabulated-list-format columns)
        (tabulated-list-init-header)
        (tabulated-list-print)
        (unless rows
          (let ((inhibit-read-only t)) (insert (memento--diff-list-empty))))
        (goto-char (memento--diff-list-restore here))
        (dolist (window windows)
          (set-window-point window (memento--diff-list-restore (pop places))))))))

(defun memento--diff-list-changed ()
  "Fill the list again after the requests changed, when it is displayed."
  (when-let ((buffer (get-buffer memento--diff-list-buffer)))
    (with-current-buffer buffer
      (setq memento--diff-list-outdated t)
      (memento--diff-list-displayed))))

(defun memento--diff-list-displayed ()
  "Fill the list again if it is displayed and outdated."
  (when (and memento--diff-list-outdated
             (get-buffer-window nil t))
    (with-demoted-errors "memento: %S"
      (memento--diff-list-refresh))))

(add-hook 'memento-diff-changed-hook #'memento--diff-list-changed)

;;;; The mode

(defvar memento-diff-list-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'memento-diff-list-visit)
    (define-key map (kbd "o") #'memento-diff-list-open)
    (define-key map (kbd "v") #'memento-diff-list-verdict)
    (define-key map (kbd "t") #'memento-diff-list-toggle)
    (define-key map (kbd "w") #'memento-diff-list-copy)
    (define-key map (kbd "D") #'memento-diff-list-abandon)
    (define-key map (kbd "?") #'memento-diff-list-menu)
    map)
  "Keys of the list of requests.")

(define-derived-mode memento-diff-list-mode tabulated-list-mode "Diffs"
  "Mode of the list of requests for a review.
\\<memento-diff-list-mode-map>
\\[memento-diff-list-visit]	review the request; of a decided one read the verdict
\\[memento-diff-list-open]	open the diff, also of a decided one
\\[memento-diff-list-verdict]	read the verdict
\\[memento-diff-list-toggle]	show closed ones too, or no more
\\[memento-diff-list-copy]	copy the request's id
\\[memento-diff-list-abandon]	tell the assistant to drop the whole change
\\[tabulated-list-sort]	sort by the column at point, or the other way round
\\[revert-buffer]	look again
\\[quit-window]	leave

\\{memento-diff-list-mode-map}"
  (setq tabulated-list-padding 0
        ;; As they come: what waits first, the oldest first.
        tabulated-list-sort-key nil
        truncate-lines t)
  (setq memento--review-project-function
        (lambda ()
          (plist-get (memento--diff-list-request (tabulated-list-get-id)) :project)))
  (setq-local revert-buffer-function #'memento--diff-list-refresh)
  (add-hook 'window-configuration-change-hook #'memento--diff-list-displayed nil t)
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-buffer 'memento-diff-list-mode memento-diff-list-mode-map
                          '("RET" "o" "v" "t" "w" "D" "?" "n" "p" "q" "S"))))

;;;###autoload
(defun memento-diff-list ()
  "List what waits for a review, of all sessions and repositories."
  (interactive)
  (memento--with-user-errors
    (memento--store)
    (let ((directory default-directory))
      (with-current-buffer (get-buffer-create memento--diff-list-buffer)
        (unless (derived-mode-p 'memento-diff-list-mode)
          (memento-diff-list-mode))
        (setq default-directory directory)
        (memento--diff-list-refresh))
      (pop-to-buffer-same-window memento--diff-list-buffer))))

;;;; Commands

(defun memento--diff-list-at-point ()
  "Return the request at point."
  (or (memento--diff-list-request (tabulated-list-get-id))
      (user-error "No request on this line")))

(defun memento-diff-list-visit ()
  "Review the request at point; of a decided one read the verdict."
  (interactive)
  (if (plist-get (memento--diff-list-at-point) :decision)
      (memento-diff-list-verdict)
    (memento-diff-list-open)))

(defun memento-diff-list-open ()
  "Open the diff of the request at point."
  (interactive)
  (let ((id (plist-get (memento--diff-list-at-point) :id)))
    (memento--with-user-errors
      (memento--diff-open id))))

(define-derived-mode memento-diff-verdict-mode special-mode "Verdict"
  "Mode of the text of a verdict.

\\{memento-diff-verdict-mode-map}"
  (visual-line-mode)
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-buffer 'memento-diff-verdict-mode memento-diff-verdict-mode-map '("q"))))

(defun memento-diff-list-verdict ()
  "Show the verdict on the request at point, as the assistant is told it."
  (interactive)
  (let* ((request (memento--diff-list-at-point))
         (verdict (memento--with-user-errors
                    (memento--call #'memento-core-diff-verdict (plist-get request :id)))))
    (unless verdict
      (user-error "There is no verdict on %s" (memento--diff-name request)))
    (pop-to-buffer
     (with-current-buffer (get-buffer-create "*memento verdict*")
       (let ((inhibit-read-only t))
         (erase-buffer)
         (memento-diff-verdict-mode)
         (insert (format "%s: %s\n" (memento--diff-name request) (memento--diff-title request))
                 (format-time-string "%Y-%m-%d %H:%M" (plist-get verdict :decided))
                 (format ", %s\n\n" (plist-get verdict :reviewer))
                 (plist-get verdict :text))
         (set-buffer-modified-p nil)
         (goto-char (point-min)))
       (current-buffer)))))

(defun memento-diff-list-toggle ()
  "Show closed requests too, with how they were decided, or no more."
  (interactive)
  (setq memento--diff-list-all (not memento--diff-list-all))
  (memento--diff-list-refresh))

(defun memento-diff-list-copy ()
  "Copy the id of the request at point, for the command line."
  (interactive)
  (let ((id (plist-get (memento--diff-list-at-point) :id)))
    (kill-new id)
    (message "Copied %s" id)))

(defun memento-diff-list-abandon ()
  "Tell the assistant to drop the change at point, after asking."
  (interactive)
  (let* ((request (memento--diff-list-at-point))
         (id (plist-get request :id))
         (name (memento--diff-name request)))
    (unless (memq (plist-get request :state) '(waiting in-review))
      (user-error "This one is closed"))
    (when (y-or-n-p (if (plist-get request :own)
                        (format "Close the review of %s (the files stay as they are)? " name)
                      (format "Tell %s to drop the whole change? " name)))
      (let ((remark (and (not (plist-get request :own))
                         (string-trim (read-string "Why (empty for no reason): ")))))
        (memento--with-user-errors
          (memento--diff-take (lambda (id &optional take-over)
                                (memento--call #'memento-core-diff-begin id take-over))
                              id)
          (memento--call #'memento-core-diff-submit id
                         (list :decision "abandoned"
                               :remark (and remark (not (string-empty-p remark)) (memento--text remark))))
          (memento--diff-list-refresh)))
      (message "Abandoned: %s" name))))

;;;; Help

;;;###autoload (autoload 'memento-diff-list-menu "memento-diff-list" nil t)
(transient-define-prefix memento-diff-list-menu ()
  "The keys of the list of requests."
  [["This request"
    ("RET" "review, or read the verdict" memento-diff-list-visit)
    ("o" "open the diff" memento-diff-list-open)
    ("v" "read the verdict" memento-diff-list-verdict)
    ("w" "copy its id" memento-diff-list-copy)
    ("D" "have it dropped" memento-diff-list-abandon)]
   ["The list"
    ("t" "closed ones too" memento-diff-list-toggle)
    ("S" "sort by this column" tabulated-list-sort)
    ("g" "look again" revert-buffer)
    ("q" "leave" quit-window)]])

(provide 'memento-diff-list)
;;; memento-diff-list.el ends here
