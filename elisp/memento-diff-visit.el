;;; memento-diff-visit.el --- From a review to the code  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The line at point in its real file, where it stands today; a file in Ediff, base against what is now; hunks as text.

;;; Code:

(require 'memento-diff-comment)
(require 'memento-visit)

(declare-function memento-core-diff-place "ext:memento-core")
(declare-function ediff-buffers "ediff")
(declare-function ediff-cleanup-mess "ediff-util")
(declare-function ediff-diff-at-point "ediff-util")
(declare-function ediff-jump-to-difference "ediff-util")
(defvar ediff-buffer-B)
(defvar ediff-number-of-differences)

;;;; The source

(defun memento--diff-place-today ()
  "Return where the line at point is today, a plist with :file and :line.
On the first line of a hunk that is its first change."
  (let* ((item (or (memento--diff-item-at (point))
                   (car (memento--diff-file-items (memento--diff-file-at (point))))))
         (line (if (memento--diff-hunk-p item)
                   (min (max 0 (1- (memento--diff-line-count item)))
                        (if (= (line-beginning-position) (memento--diff-beginning item))
                            (memento--diff-first-change item)
                          (memento--diff-line-index item (point))))
                 0)))
    (memento--with-user-errors
      (memento--call #'memento-core-diff-place (memento--diff-id) item line))))

(defun memento--diff-visit (find)
  "Visit the line at point with FIND, a function such as `find-file'."
  (unless (memento--diff-file-at (point))
    (user-error "No file here: n goes to the first hunk"))
  (let* ((column (max 0 (1- (current-column))))
         (heading (null (memento--diff-item-at (point))))
         (place (memento--diff-place-today))
         (name (plist-get place :file)))
    (unless (file-exists-p name)
      (user-error "%s is not there (any more)" (abbreviate-file-name name)))
    (memento--follow-file name)
    (funcall find name)
    (unless (file-directory-p name)
      (memento--go-to (memento--line-position (if heading 1 (plist-get place :line))))
      (unless heading
        (move-to-column column)))))

(defun memento--diff-first-change (item)
  "Return the index of the first changed line of the hunk ITEM.
Where lines were replaced that is the first new one."
  (save-excursion
    (goto-char (memento--diff-beginning item))
    (forward-line 1)
    (let ((end (memento--diff-end item)))
      (if (not (re-search-forward "^[-+]" end t))
          0
        (forward-line 0)
        (let ((first (point)))
          (while (and (< (point) end) (memq (char-after) '(?- ?\\)))
            (forward-line 1))
          (memento--diff-line-index item (if (and (< (point) end) (eq (char-after) ?+)) (point) first)))))))

(defun memento-diff-visit (other-window)
  "Visit the line at point in its file, where it stands now.
With a prefix argument OTHER-WINDOW that is in another window."
  (interactive "P")
  (memento--diff-visit (if other-window #'find-file-other-window #'find-file)))

(defun memento-diff-visit-other-window ()
  "Visit the line at point in its file in another window."
  (interactive)
  (memento--diff-visit #'find-file-other-window))

;;;; Ediff

(defun memento--diff-git-buffer (object path title)
  "Return a new buffer with the OBJECT of git, in the mode of PATH.
It is empty where OBJECT is nil.  TITLE becomes part of its name."
  (let ((root default-directory)
        (buffer (generate-new-buffer (format "%s %s" path title))))
    (with-current-buffer buffer
      (setq default-directory root)
      (when object
        (unless (eq 0 (let ((coding-system-for-read 'undecided))
                        (call-process "git" nil '(t nil) nil "show" object)))
          (kill-buffer buffer)
          (user-error "Git has no %s" object)))
      (let ((buffer-file-name (expand-file-name path root))
            (enable-local-variables nil))
        (delay-mode-hooks (set-auto-mode)))
      (setq buffer-read-only t)
      (set-buffer-modified-p nil))
    buffer))

(defun memento--diff-new-side (file)
  "Return a buffer with FILE as the request has it, and whether it is a new buffer."
  (let* ((path (plist-get file :path))
         (scope (or (plist-get memento--diff-request :scope) "HEAD"))
         (name (expand-file-name path)))
    (cond
     ((eq (plist-get file :change) 'deleted)
      (cons (memento--diff-git-buffer nil path "(deleted)") t))
     ((string-match "\\.\\.\\.?\\(.*\\)\\'" scope)
      (let ((revision (if (string-empty-p (match-string 1 scope)) "HEAD" (match-string 1 scope))))
        (cons (memento--diff-git-buffer (concat revision ":" path) path (format "(%s)" revision)) t)))
     ((equal scope "staged")
      (cons (memento--diff-git-buffer (concat ":" path) path "(staged)") t))
     ((not (file-exists-p name))
      (user-error "%s is not there (any more)" (abbreviate-file-name name)))
     (t
      (memento--follow-file name)
      (cons (find-file-noselect name) nil)))))

(defun memento--diff-ediff-goto (line)
  "Go to the difference at LINE of the new file, in the buffer that controls Ediff."
  (when (> ediff-number-of-differences 0)
    (ediff-jump-to-difference
     (ediff-diff-at-point 'B (with-current-buffer ediff-buffer-B
                               (memento--line-position line))))))

(defun memento-diff-ediff ()
  "Compare the file at point with its base in Ediff, from the hunk at point on.
When Ediff is left, the windows are as they were."
  (interactive)
  (let* ((file (memento--diff-file (or (memento--diff-file-at (point))
                                       (user-error "No file here: n goes to the first hunk"))))
         (new (if (or (plist-get file :binary) (plist-get file :submodule))
                  (user-error "There are no lines to compare: %s" (plist-get file :path))
                (memento--diff-new-side file)))
         (old (memento--diff-git-buffer
               (unless (eq (plist-get file :change) 'added)
                 (format "%s:%s" (plist-get memento--diff-request :base)
                         (or (plist-get file :old-path) (plist-get file :path))))
               (or (plist-get file :old-path) (plist-get file :path)) "(base)"))
         (line (and (memento--diff-item-at (point))
                    (ignore-errors (plist-get (memento--diff-place-today) :line))))
         (return (memento--capture-returner)))
    (ediff-buffers
     old (car new)
     (list (lambda ()
             (when line
               (memento--diff-ediff-goto line))
             ;; After Ediff's own cleaning, which sets up windows of its own.
             (add-hook 'ediff-quit-hook
                       (lambda ()
                         (mapc (lambda (buffer) (when (buffer-live-p buffer) (kill-buffer buffer)))
                               (cons old (and (cdr new) (list (car new)))))
                         (funcall return))
                       90 t))))))

;;;; Text

(defun memento-diff-copy (beginning end)
  "Copy the text between BEGINNING and END, the region, as it is.
Without a region copy the hunk at point with the header of its file, so that it
is a patch; on the heading of a file all of the file."
  (interactive
   (if (use-region-p)
       (list (region-beginning) (region-end))
     (list nil nil)))
  (if beginning
      (kill-new (buffer-substring-no-properties beginning end))
    (let* ((file (or (memento--diff-file-at (point)) (user-error "No hunk here")))
           (item (memento--diff-item-at (point)))
           (start (memento--diff-file-beginning file)))
      (kill-new
       (if (and item (memento--diff-hunk-p item))
           (concat (buffer-substring-no-properties start (memento--diff-header-end file))
                   (buffer-substring-no-properties (memento--diff-beginning item) (memento--diff-end item)))
         (buffer-substring-no-properties start (memento--diff-file-end file))))))
  (memento--diff-leave-region)
  (message "Copied %s" (memento--diff-plural (seq-count (lambda (char) (eq char ?\n)) (current-kill 0)) "line")))

(provide 'memento-diff-visit)
;;; memento-diff-visit.el ends here
