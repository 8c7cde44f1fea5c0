;;; memento-prompts-list.el --- The prompts as a table  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-prompts-list' shows what you asked, the newest first, and reads what is new in the background.  Ratings, notes
;; and tags are given here, and everything else about prompts starts here.

;;; Code:

(require 'memento-prompts-mark)
(require 'memento-prompts-rows)
(require 'tabulated-list)

(declare-function memento-core-prompt-list "ext:memento-core")
(declare-function memento-core-prompt-similar "ext:memento-core")
(declare-function memento--evil-prompts "memento-evil")

(autoload 'memento-prompts-show "memento-prompts-show" nil t)
(autoload 'memento-prompts-stats "memento-prompts-stats" nil t)
(autoload 'memento-prompts-template "memento-prompts-template" nil t)
(autoload 'memento-prompts-timeline "memento-prompts-timeline" nil t)

;;;; Internal variables

(defconst memento--prompts-list-buffer "*memento prompts*"
  "The name of the buffer with the list of prompts.")

(defvar-local memento--prompts-by-id nil
  "A hash table of the prompts that are shown.")

(defvar-local memento--prompts-outdated nil
  "Non-nil if the library changed while the list was not displayed.")

;;;; Filling

(defun memento--prompts-home (name)
  "Return NAME in the directory of the assistant, abbreviated."
  (abbreviate-file-name (expand-file-name name (plist-get (memento--store) :claude-dir))))

(defun memento--prompts-empty ()
  "Return the text of an empty list."
  (let ((clear (substitute-command-keys "\\<memento-prompts-list-mode-map>\\[memento-prompts-filter-clear]")))
    (cond
     (memento--prompts-like "\n  Nothing else asks for much the same.\n")
     ((or (plist-get memento--prompts-query :text) (memento--prompts-query-names memento--prompts-query))
      (format "\n  No prompt is like this.\n\n  %s clears the filters.\n" clear))
     ((memento--prompts-sync-running-p)
      (format "\n  Reading %s...\n\n  K stops.\n" (memento--prompts-home "history.jsonl")))
     (t
      (format (concat "\n  No prompts yet.\n\n  Looked in %s\n  and in %s.\n\n"
                      "  Ask Claude Code something, then press g.  If its files are elsewhere, set\n"
                      "  claude_dir in %s.\n  Other tools' prompts: memento prompt import FILE.\n")
              (memento--prompts-home "history.jsonl") (memento--prompts-home "projects/")
              (abbreviate-file-name (plist-get (memento--store) :config-file)))))))

(defun memento--prompts-get (limit offset)
  "Return LIMIT prompts from OFFSET on that the list is to show, as the module."
  (if memento--prompts-like
      (list :prompts (memento--call #'memento-core-prompt-similar (plist-get memento--prompts-like :id) 0.2 100))
    (memento--call #'memento-core-prompt-list
                   (append (list :limit limit :offset offset) memento--prompts-query))))

(defun memento--prompts-take (prompts)
  "Remember PROMPTS by their ids."
  (dolist (prompt prompts)
    (puthash (plist-get prompt :id) prompt memento--prompts-by-id)))

(defun memento--prompts-last-row ()
  "Return the row that stands for those that are not shown, in a list, or nil."
  (and memento--prompts-more
       (list (list 'more (vector "" "" ""
                                 (propertize (substitute-command-keys
                                              "More: \\<memento-prompts-list-mode-map>\\[memento-prompts-list-more]")
                                             'face 'shadow))))))

(defun memento--prompts-list-fill (&optional limit)
  "Fill the list again, by default with as many prompts as it has or a page.
With LIMIT show at most so many.  Point stays at its prompt."
  (memento--without-gc
    (let* ((limit (or limit (max memento-prompts-page (length memento--prompts-listed))))
           (found (memento--prompts-get limit 0))
           (prompts (plist-get found :prompts))
           (regexp (memento--prompts-regexp))
           (windows (get-buffer-window-list nil nil t))
           (places (mapcar (lambda (window) (memento--list-place (window-point window))) windows))
           (here (memento--list-place (point)))
           ;; On the lines of an empty list nobody has a place.
           (begin (null memento--prompts-listed)))
      (setq memento--prompts-outdated nil
            memento--prompts-listed prompts
            memento--prompts-more (plist-get found :more)
            memento--prompts-by-id (make-hash-table :size (length prompts))
            tabulated-list-format (memento--prompts-columns prompts))
      (memento--prompts-take prompts)
      (setq tabulated-list-entries
            (append (mapcar (lambda (prompt) (memento--prompts-row prompt regexp)) prompts) (memento--prompts-last-row)))
      (tabulated-list-print)
      (unless prompts
        (let ((inhibit-read-only t)) (insert (memento--prompts-empty)))
        (set-buffer-modified-p nil))
      (goto-char (if begin (point-min) (memento--list-restore here)))
      (dolist (window windows)
        (set-window-point window (if begin (point-min) (memento--list-restore (pop places))))))))

(defun memento-prompts-list-more ()
  "Show the next page of prompts."
  (interactive)
  (unless memento--prompts-more
    (user-error "These are all"))
  (memento--with-user-errors
    (let* ((found (memento--prompts-get memento-prompts-page (length memento--prompts-listed)))
           ;; New ones may have pushed others down meanwhile.
           (prompts (seq-remove (lambda (prompt) (gethash (plist-get prompt :id) memento--prompts-by-id))
                                (plist-get found :prompts)))
           (regexp (memento--prompts-regexp))
           (inhibit-read-only t))
      (memento--prompts-take prompts)
      (setq memento--prompts-listed (append memento--prompts-listed prompts)
            memento--prompts-more (plist-get found :more))
      (let ((rows (append (mapcar (lambda (prompt) (memento--prompts-row prompt regexp)) prompts)
                          (memento--prompts-last-row))))
        (setq tabulated-list-entries (append (seq-remove (lambda (row) (eq (car row) 'more)) tabulated-list-entries) rows))
        (goto-char (point-max))
        (forward-line -1)
        (let ((place (point)))
          (delete-region place (point-max))
          (pcase-dolist (`(,id ,cells) rows)
            (tabulated-list-print-entry id cells))
          (set-buffer-modified-p nil)
          (goto-char place))))))

(defun memento--prompts-list-redraw (prompts)
  "Draw the rows of PROMPTS anew, where they are in the list."
  (let ((changed (make-hash-table)) (inhibit-read-only t) (regexp (memento--prompts-regexp)))
    (dolist (prompt prompts)
      (when-let ((old (gethash (plist-get prompt :id) memento--prompts-by-id)))
        (puthash (plist-get prompt :id)
                 (append prompt (and (plist-get old :similarity) (list :similarity (plist-get old :similarity))))
                 changed)))
    (unless (hash-table-empty-p changed)
      (let* ((windows (get-buffer-window-list nil nil t))
             (places (mapcar (lambda (window) (memento--list-place (window-point window))) windows))
             (here (memento--list-place (point))))
        (goto-char (point-min))
        (while (not (eobp))
          (if-let ((prompt (gethash (tabulated-list-get-id) changed)))
              (let ((row (memento--prompts-row prompt regexp)))
                (puthash (car row) prompt memento--prompts-by-id)
                (setcar (cdr (assq (car row) tabulated-list-entries)) (cadr row))
                (delete-region (point) (progn (forward-line 1) (point)))
                (apply #'tabulated-list-print-entry row))
            (forward-line 1)))
        (set-buffer-modified-p nil)
        (setq memento--prompts-listed
              (mapcar (lambda (prompt) (gethash (plist-get prompt :id) memento--prompts-by-id)) memento--prompts-listed))
        (goto-char (memento--list-restore here))
        (dolist (window windows)
          (set-window-point window (memento--list-restore (pop places))))))))

(defun memento--prompts-list-changed ()
  "Fill the lists again after the library changed, those that are displayed."
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when (derived-mode-p 'memento-prompts-list-mode)
        (setq memento--prompts-outdated t)
        (memento--prompts-list-displayed)))))

(defun memento--prompts-list-displayed ()
  "Fill the list again if it is displayed and outdated."
  (when (and memento--prompts-outdated
             (get-buffer-window nil t))
    (with-demoted-errors "memento: %S"
      (memento--prompts-list-fill))))

(add-hook 'memento-prompts-changed-hook #'memento--prompts-list-changed)

(defun memento--prompts-list-unchanged ()
  "Have an empty list say where prompts were looked for."
  (when-let ((buffer (get-buffer memento--prompts-list-buffer)))
    (with-current-buffer buffer
      (unless memento--prompts-listed
        (setq memento--prompts-outdated t)
        (memento--prompts-list-displayed)))))

(add-hook 'memento--prompts-unchanged-hook #'memento--prompts-list-unchanged)

(defun memento--prompts-list-revert (&rest _)
  "Fill the list again and read what is new, for `revert-buffer-function'."
  (memento--with-user-errors
    (memento--prompts-list-fill)
    (memento--prompts-sync t)))

;;;; What is at point

(defun memento--prompts-list-here ()
  "Return the prompts at point or in the region."
  (let* ((region (use-region-p))
         ;; Evil has widened its region by the character, or the line, at its end.
         (end (if region (region-end) (1+ (point))))
         prompts)
    (save-excursion
      (goto-char (if region (region-beginning) (line-beginning-position)))
      (while (and (< (point) end) (not (eobp)))
        (when-let ((prompt (gethash (tabulated-list-get-id) memento--prompts-by-id)))
          (push prompt prompts))
        (forward-line 1)))
    (or (nreverse prompts) (user-error "No prompt on this line"))))

(defun memento--prompts-list-neighbour (id step)
  "Go STEP rows from ID and return the id there, nil at the end."
  (memento--list-goto id)
  (when (and (= (forward-line step) 0) (eq (tabulated-list-get-id) 'more))
    (memento-prompts-list-more))
  (let ((next (tabulated-list-get-id)))
    (and (integerp next) (/= next id) next)))

;;;; The mode

(defvar memento-prompts-list-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map (make-composed-keymap memento-prompts-mark-map tabulated-list-mode-map))
    (define-key map (kbd "RET") #'memento-prompts-list-visit)
    (define-key map (kbd "<mouse-2>") #'memento-prompts-list-visit)
    (define-key map (kbd "n") #'memento-prompts-note)
    (define-key map (kbd "p") #'previous-line)
    (define-key map (kbd "j") #'next-line)
    (define-key map (kbd "k") #'previous-line)
    (define-key map (kbd "+") #'memento-prompts-list-more)
    (define-key map (kbd "/") #'memento-prompts-search)
    (define-key map (kbd "f") #'memento-prompts-filter)
    (define-key map (kbd "F") #'memento-prompts-filter-clear)
    (define-key map (kbd "o") #'memento-prompts-order)
    (define-key map (kbd "T") #'memento-prompts-list-timeline)
    (define-key map (kbd "i") #'memento-prompts-stats)
    (define-key map (kbd "?") #'memento-prompts-list-menu)
    map)
  "Keys of the list of prompts.")

(define-derived-mode memento-prompts-list-mode tabulated-list-mode "Prompts"
  "Mode of the list of prompts.
\\<memento-prompts-list-mode-map>
1 to 5	rate the prompt, or those of the region; 0 takes the rating away
\\[memento-prompts-note]	write a note on it; with a prefix argument remove it
\\[memento-prompts-tag]	tag it
\\[memento-prompts-undo]	take the last of these back
\\[memento-prompts-search]	search as you type
\\[memento-prompts-filter]	filter; \\[memento-prompts-filter-clear] clears
\\[memento-prompts-list-visit]	read it; on the last line show more
\\[memento-prompts-copy]	copy it
\\[memento-prompts-publish]	make a note of it that assistants see
\\[memento-prompts-list-timeline]	its day as a picture
\\[memento-prompts-similar]	what asks for much the same
\\[memento-prompts-delete]	delete it
\\[revert-buffer]	look again
\\[quit-window]	leave

\\{memento-prompts-list-mode-map}"
  (setq tabulated-list-padding 0
        tabulated-list-sort-key nil
        truncate-lines t
        header-line-format '(:eval (memento--prompts-header))
        mode-line-process 'memento--prompts-sync-state
        memento--prompts-by-id (make-hash-table)
        memento--prompts-here-function #'memento--prompts-list-here
        memento--prompts-redraw-function #'memento--prompts-list-redraw
        memento--prompts-goto-function #'memento--list-goto
        memento--prompts-neighbour-function #'memento--prompts-list-neighbour)
  (setq-local revert-buffer-function #'memento--prompts-list-revert)
  (add-hook 'window-configuration-change-hook #'memento--prompts-list-displayed nil t)
  (add-hook 'window-size-change-functions #'memento--prompts-list-resized nil t)
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-prompts 'memento-prompts-list-mode memento-prompts-list-mode-map
                           '("RET" "n" "p" "+" "/" "f" "F" "o" "T" "i" "?" "q"))))

(defvar-local memento--prompts-list-drawn-width nil
  "The width that the list was drawn for.")

(defun memento--prompts-list-resized (window)
  "Fill the list again for the new width of WINDOW."
  (with-current-buffer (window-buffer window)
    (unless (eql memento--prompts-list-drawn-width (window-width window))
      (setq memento--prompts-list-drawn-width (window-width window))
      (when memento--prompts-listed
        (with-demoted-errors "memento: %S"
          (memento--prompts-list-fill))))))

(defun memento--prompts-list-open (query)
  "Show the list of prompts, with QUERY unless that is t."
  (memento--with-user-errors
    (memento--store)
    (with-current-buffer (get-buffer-create memento--prompts-list-buffer)
      (unless (derived-mode-p 'memento-prompts-list-mode)
        (memento-prompts-list-mode))
      (unless (eq query t)
        (setq memento--prompts-query query))
      (setq memento--prompts-outdated t))
    (pop-to-buffer-same-window memento--prompts-list-buffer)
    (setq memento--prompts-list-drawn-width (window-width))
    (memento--prompts-sync nil)
    (memento--prompts-list-fill)
    (unless (eq query t)
      (goto-char (point-min)))))

;;;###autoload
(defun memento-prompts-list ()
  "List what you asked assistants, the newest first.
What is new in their history is read in the background."
  (interactive)
  (memento--prompts-list-open t))

(defun memento-prompts-list-visit ()
  "Show all of the prompt at point; on the last line show more prompts."
  (interactive)
  (if (eq (tabulated-list-get-id) 'more)
      (memento-prompts-list-more)
    (memento-prompts-show (plist-get (memento--prompts-one-here) :id) (current-buffer))))

(defun memento-prompts-list-timeline ()
  "Show the day of the prompt at point as a picture."
  (interactive)
  (let ((prompt (memento--prompts-one-here)))
    (memento-prompts-timeline
     (memento--time (or (plist-get prompt :time) (user-error "It is not known when this was asked")) "%Y-%m-%d")
     (plist-get prompt :id))))

(defun memento-prompts-similar ()
  "List the prompts that ask for much the same as the one at point."
  (interactive)
  (let ((prompt (memento--prompts-one-here)))
    (with-current-buffer (get-buffer-create "*memento similar prompts*")
      (memento-prompts-list-mode)
      (setq memento--prompts-like prompt))
    (pop-to-buffer-same-window "*memento similar prompts*")
    (setq memento--prompts-list-drawn-width (window-width))
    (memento--with-user-errors
      (memento--prompts-list-fill))
    (goto-char (point-min))))

;;;; Help

;;;###autoload (autoload 'memento-prompts-list-menu "memento-prompts-list" nil t)
(transient-define-prefix memento-prompts-list-menu ()
  "The keys of the list of prompts."
  [["This prompt"
    ("RET" "read it" memento-prompts-list-visit)
    ("1" "rate it 1 to 5; 0 clears" memento-prompts-rate)
    ("n" "note" memento-prompts-note)
    ("t" "tags" memento-prompts-tag)
    ("w" "copy" memento-prompts-copy)
    ("d" "delete" memento-prompts-delete)]
   ["From it"
    ("P" "a note for assistants" memento-prompts-publish)
    ("s" "a template" memento-prompts-save-template)
    ("S" "what is like it" memento-prompts-similar)
    ("T" "its day" memento-prompts-list-timeline)
    ("u" "undo the last mark" memento-prompts-undo)]
   ["The list"
    ("/" "search" memento-prompts-search)
    ("f" "filter" memento-prompts-filter)
    ("F" "clear filters" memento-prompts-filter-clear)
    ("o" "another order" memento-prompts-order)
    ("+" "more" memento-prompts-list-more)
    ("i" "in numbers" memento-prompts-stats)
    ("g" "look again" revert-buffer)
    ("K" "stop reading" memento-prompts-sync-stop)
    ("q" "leave" quit-window)]])

(provide 'memento-prompts-list)
;;; memento-prompts-list.el ends here
