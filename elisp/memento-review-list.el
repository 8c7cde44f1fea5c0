;;; memento-review-list.el --- The remarks as a table  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-review-list' shows the remarks of the log, one a line.  From there they are visited, closed through the test
;; gate, opened again, edited and deleted.

;;; Code:

(require 'memento-review-log)
(require 'memento-review-filter)
(require 'memento-review-gate)
(require 'memento-review-rows)
(require 'tabulated-list)
(require 'transient)

(declare-function memento-core-review-reopen "ext:memento-core")
(declare-function memento-core-review-delete "ext:memento-core")
(declare-function memento-core-review-release "ext:memento-core")
(declare-function memento--review-edit "memento-review-capture")
(declare-function memento--evil-list "memento-evil")

;;;; Internal variables

(defconst memento--review-list-buffer "*memento review*"
  "The name of the buffer with the list of remarks.")

(defvar-local memento--review-list-outdated nil
  "Non-nil if the log changed while the list was not displayed.")

;;;; Filling

(defun memento--review-list-empty ()
  "Return the text of an empty list."
  (substitute-command-keys
   (if (equal memento--review-list-filter '(:state "todo"))
       "\n  No open remarks.

  \\[memento-review-comment] on a line of code writes one.
  \\<memento-review-list-mode-map>\\[memento-review-list-filter] shows closed ones, \
\\[revert-buffer] looks again, \\[quit-window] leaves.\n"
     (format "\n  No remarks here: %s.

  \\<memento-review-list-mode-map>\\[memento-review-list-filter] shows others, \
\\[revert-buffer] looks again, \\[quit-window] leaves.\n"
             (memento--review-list-describe-filter)))))

(defun memento--review-list-refresh (&rest _)
  "Fill the list from the log, keeping point at its remark, else at its line.
For `revert-buffer-function'."
  (memento--with-user-errors
    (memento--without-gc
      (memento--review-list-fill (memento--review-list-entries)))))

(defun memento--review-list-fill (entries)
  "Fill the list with ENTRIES, keeping point at its remark, else at its line."
  (let* ((windows (get-buffer-window-list nil nil t))
         (places (mapcar (lambda (window) (memento--review-list-point (window-point window))) windows))
         (here (memento--review-list-point (point))))
    (setq memento--review-list-outdated nil)
    (setq tabulated-list-entries (memento--review-list-rows entries))
    (setq tabulated-list-entries (memento--review-list-sort tabulated-list-entries))
    (memento--review-list-insert tabulated-list-entries)
    (unless entries
      (let ((inhibit-read-only t)) (insert (memento--review-list-empty))))
    (goto-char (memento--review-list-restore here))
    (dolist (window windows)
      (set-window-point window (memento--review-list-restore (pop places))))
    (setq header-line-format (memento--review-list-header))
    (setq mode-line-process
          (format " [%s: %d%s]" (memento--review-list-describe-filter) (length entries)
                  (if (= (length entries) memento--review-list-total)
                      ""
                    (format " of %d" memento--review-list-total))))))

(defun memento--review-list-point (position)
  "Return where POSITION is in the list: (ID LINE COLUMN)."
  (save-excursion
    (goto-char position)
    (list (car (memento--review-list-at position)) (line-number-at-pos) (current-column))))

(defun memento--review-list-restore (place)
  "Return the position of PLACE, made by `memento--review-list-point'.
That is where its remark is now, else its line."
  (pcase-let ((`(,id ,line ,column) place))
    (save-excursion
      (goto-char (point-min))
      (forward-line (1- (or (memento--review-list-line id)
                            (min line (max 1 (length memento--review-list-shown))))))
      (move-to-column column)
      (point))))

(defun memento--review-list-changed ()
  "Fill the list again after the log changed, when it is displayed."
  (when-let ((buffer (get-buffer memento--review-list-buffer)))
    (with-current-buffer buffer
      (setq memento--review-list-outdated t)
      (memento--review-list-displayed))))

(defun memento--review-list-displayed ()
  "Fill the list again if it is displayed and outdated."
  (when (and memento--review-list-outdated
             (get-buffer-window nil t))
    (memento--review-list-refresh)))

(add-hook 'memento-review-changed-hook #'memento--review-list-changed)

;;;; The mode

(defvar memento-review-list-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'memento-review-list-visit)
    (define-key map (kbd "o") #'memento-review-list-visit-other-window)
    (define-key map (kbd "d") #'memento-review-list-done)
    (define-key map (kbd "r") #'memento-review-list-reopen)
    (define-key map (kbd "D") #'memento-review-list-delete)
    (define-key map (kbd "e") #'memento-review-list-edit)
    (define-key map (kbd "/") #'memento-review-list-filter)
    (define-key map (kbd "S") #'memento-review-list-sort)
    (define-key map (kbd "?") #'memento-review-list-menu)
    ;; The columns are as wide as what is in them.
    (define-key map (kbd "{") #'undefined)
    (define-key map (kbd "}") #'undefined)
    map)
  "Keys of the list of remarks.")

(define-derived-mode memento-review-list-mode tabulated-list-mode "Review"
  "Mode of the list of remarks.

A state with a star (\"TODO*\"): an assistant has taken the remark.
\\<memento-review-list-mode-map>
\\[memento-review-list-visit]	visit the line, where it is now
\\[memento-review-list-visit-other-window]	the same in another window
\\[memento-review-list-done]	close the remark, if the project's tests pass
	(with a prefix argument without them, for a reason)
\\[memento-review-list-reopen]	open a closed remark again
\\[memento-review-list-edit]	edit remark and category
\\[memento-review-list-delete]	delete the remark; what was deleted can be yanked
\\[memento-review-list-filter]	show others: by state, project, category, text
\\[memento-review-list-sort]	sort by the column at point, or the other way round
\\[revert-buffer]	look again
\\[quit-window]	leave

\\{memento-review-list-mode-map}"
  (setq tabulated-list-padding 0
        tabulated-list-sort-key '("Age" . nil)
        truncate-lines t)
  (setq memento--review-project-function
        (lambda ()
          (if-let ((row (memento--review-list-at (point))))
              (plist-get (aref (cadr row) 7) :project)
            (plist-get memento--review-list-filter :project))))
  (setq-local revert-buffer-function #'memento--review-list-refresh)
  (jit-lock-register #'memento--review-list-fontify)
  (add-hook 'window-configuration-change-hook #'memento--review-list-displayed nil t)
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-list)))

;;;###autoload
(defun memento-review-list ()
  "List the remarks of the review log."
  (interactive)
  (memento--with-user-errors
    (memento--store)
    (let ((directory default-directory)
          (new (not (get-buffer memento--review-list-buffer))))
      (with-current-buffer (get-buffer-create memento--review-list-buffer)
        (when new
          (memento-review-list-mode)
          (setq memento--review-list-filter (list :state memento-review-list-state)))
        ;; What the filter offers first is the project that the person comes from.
        (setq default-directory directory))
      (memento--without-gc
        (let ((entries (with-current-buffer memento--review-list-buffer
                         (memento--review-list-entries))))
          (pop-to-buffer-same-window memento--review-list-buffer)
          (memento--review-list-fill entries)
          (redisplay))))))

;;;; Commands

(defun memento--review-list-entry ()
  "Return the remark at point."
  (if-let ((row (memento--review-list-at (point))))
      (aref (cadr row) 7)
    (user-error "No remark on this line")))

(defun memento-review-list-visit ()
  "Visit the line of the remark at point, where it is now."
  (interactive)
  (memento--with-user-errors
    (memento--review-visit (memento--review-list-entry) #'find-file)))

(defun memento-review-list-visit-other-window ()
  "Visit the line of the remark at point in another window."
  (interactive)
  (memento--with-user-errors
    (memento--review-visit (memento--review-list-entry) #'find-file-other-window)))

(defun memento-review-list-done (reason)
  "Close the remark at point through the test gate of its project.
The tests run in the background.  With a prefix argument ask for a REASON,
and close it without tests."
  (interactive
   (list (and current-prefix-arg
              (read-string (format "Close %s without tests, because: "
                                   (memento--review-name (memento--review-list-entry)))))))
  (when (and reason (string-blank-p reason))
    (user-error "Closing without tests needs a reason"))
  (memento--with-user-errors
    (memento--review-close (memento--review-list-entry) (and reason (memento--text (string-trim reason))))))

(defun memento-review-list-reopen ()
  "Open the closed remark at point again; one that is taken is released."
  (interactive)
  (memento--with-user-errors
    (let ((entry (memento--review-list-entry)))
      (cond
       ((plist-get entry :done)
        (memento--review-change #'memento-core-review-reopen (plist-get entry :id))
        (message "Opened %s again" (memento--review-name entry)))
       ((memento--review-claimed-p entry)
        (when (y-or-n-p (format "Take %s back from %s? " (memento--review-name entry) (plist-get entry :session)))
          (memento--review-change #'memento-core-review-release (plist-get entry :id))
          (message "Released %s" (memento--review-name entry))))
       (t (user-error "This remark is open"))))))

(defun memento-review-list-delete ()
  "Delete the remark at point from the log, after asking.
What was deleted is put on the kill ring."
  (interactive)
  (let ((entry (memento--review-list-entry)))
    (when (y-or-n-p (format "Delete the remark about %s (%s)? " (memento--review-name entry)
                            (truncate-string-to-width (memento--review-first-line entry) 40 nil nil "…")))
      (memento--with-user-errors
        (kill-new (memento--review-change #'memento-core-review-delete (plist-get entry :id))))
      (message "Deleted; yanked into the log the remark is back"))))

(defun memento-review-list-edit ()
  "Edit the comment and the category of the remark at point."
  (interactive)
  (require 'memento-review-capture)
  (memento--review-edit (memento--review-list-entry)))

;;;; The order

(defun memento-review-list-sort (name)
  "Sort the list by the column NAME; if it is sorted so, reverse it.
That is the column at point; with a prefix argument it is read."
  (interactive
   (list (or (and (not current-prefix-arg)
                  (get-text-property (point) 'tabulated-list-column-name))
             (completing-read "Sort by: " (mapcar #'car (append tabulated-list-format nil)) nil t))))
  (setq tabulated-list-sort-key
        (cons name (and (equal (car tabulated-list-sort-key) name)
                        (not (cdr tabulated-list-sort-key)))))
  (memento--review-list-refresh))

(defun memento-review-list-sort-click (event)
  "Sort by the column whose heading was clicked in EVENT."
  (interactive "e")
  (let ((place (event-start event)))
    (with-current-buffer (window-buffer (posn-window place))
      (when-let ((name (get-text-property (cdr (posn-string place)) 'tabulated-list-column-name
                                          (car (posn-string place)))))
        (memento-review-list-sort name)))))

;;;; Help

;;;###autoload (autoload 'memento-review-list-menu "memento-review-list" nil t)
(transient-define-prefix memento-review-list-menu ()
  "The keys of the list of remarks."
  [["This remark"
    ("RET" "visit its line" memento-review-list-visit)
    ("o" "in another window" memento-review-list-visit-other-window)
    ("d" "close, if the tests pass" memento-review-list-done)
    ("r" "open again" memento-review-list-reopen)
    ("e" "edit" memento-review-list-edit)
    ("D" "delete" memento-review-list-delete)]
   ["The list"
    ("/" "filter" memento-review-list-filter)
    ("S" "sort by this column" memento-review-list-sort)
    ("g" "look again" revert-buffer)
    ("q" "leave" quit-window)]
   ["Good to know"
    "TODO*: one is at it"
    "C-u d needs no tests"]])

(provide 'memento-review-list)
;;; memento-review-list.el ends here
