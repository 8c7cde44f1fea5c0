;;; memento-notes-tables.el --- What is public, what was asked for, what is wrong  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Three tables about the notes: `memento-notes-privacy' lists all that assistants see, `memento-notes-audit' what they
;; asked for, `memento-notes-problems' what is wrong with the files.

;;; Code:

(require 'memento-notes)
(require 'tabulated-list)

(declare-function memento-core-notes-audit "ext:memento-core")
(declare-function memento-core-notes-list "ext:memento-core")
(declare-function memento-core-notes-problems "ext:memento-core")
(declare-function memento-core-notes-with-id "ext:memento-core")
(declare-function memento-notes-unpublish "memento-notes-publish")
(declare-function memento--evil-buffer "memento-evil")

;;;; Customization

(defcustom memento-notes-audit-limit 1000
  "How many calls of assistants are listed, the last ones."
  :group 'memento-notes
  :type 'natnum)

(defface memento-notes-denied '((t :inherit error))
  "Face of a call that asked by name for a private note."
  :group 'memento-notes)

;;;; The mode

(defvar-local memento--table-fill nil
  "Function that returns the rows of this table and sets what is said of them.")

(defvar-local memento--table-visit nil
  "Function that visits what the record of a row is about.")

(defvar-local memento--table-empty nil
  "What an empty table says.")

(defvar memento-notes-table-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'memento-notes-table-visit)
    (define-key map (kbd "o") #'memento-notes-table-visit-other-window)
    (define-key map (kbd "u") #'memento-notes-table-unpublish)
    map)
  "Keys of the tables about notes.")

(define-derived-mode memento-notes-table-mode tabulated-list-mode "Notes"
  "Mode of the tables about notes.
\\<memento-notes-table-mode-map>
\\[memento-notes-table-visit]	visit what the row is about
\\[memento-notes-table-visit-other-window]	the same in another window
\\[memento-notes-table-unpublish]	take a public note from the sight of assistants
\\[tabulated-list-sort]	sort by the column at point, or the other way round
\\[revert-buffer]	look again
\\[quit-window]	leave

\\{memento-notes-table-mode-map}"
  (setq tabulated-list-padding 1
        truncate-lines t)
  (setq-local revert-buffer-function #'memento--table-refresh)
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-buffer 'memento-notes-table-mode memento-notes-table-mode-map
                          '("RET" "o" "u" "n" "p" "q" "S"))))

(defun memento--table-refresh (&rest _)
  "Fill the table, and keep point at its row."
  (memento--with-user-errors
    (memento--notes-sync)
    (setq tabulated-list-entries (memento--without-gc (funcall memento--table-fill)))
    (tabulated-list-init-header)
    (tabulated-list-print t)
    (unless tabulated-list-entries
      (let ((inhibit-read-only t))
        (insert "\n" (replace-regexp-in-string "^" "  " (substitute-command-keys memento--table-empty)) "\n")
        (goto-char (point-min))))))

(defun memento--table-show (name fill visit empty)
  "Show the table NAME; FILL, VISIT and EMPTY are what its variables are set to."
  (memento--with-user-errors
    (memento--notes-need-directory)
    (with-current-buffer (get-buffer-create name)
      (unless (derived-mode-p 'memento-notes-table-mode)
        (memento-notes-table-mode))
      (setq memento--table-fill fill
            memento--table-visit visit
            memento--table-empty empty)
      (memento--table-refresh))
    (pop-to-buffer-same-window name)))

(defun memento--table-record ()
  "Return the record of the row at point."
  (or (tabulated-list-get-id)
      (user-error "Nothing on this line")))

(defun memento-notes-table-visit (&optional find)
  "Visit what the row at point is about; FIND is as for `memento--notes-visit'."
  (interactive)
  (let ((record (memento--table-record)))
    (memento--with-user-errors
      (funcall memento--table-visit record find))))

(defun memento-notes-table-visit-other-window ()
  "Visit what the row at point is about in another window."
  (interactive)
  (memento-notes-table-visit #'find-file-other-window))

(defun memento-notes-table-unpublish ()
  "Take the public note at point from the sight of assistants."
  (interactive)
  (unless (eq memento--table-fill #'memento--privacy-rows)
    (user-error "M-x memento-notes-privacy lists what can be withdrawn"))
  (let ((record (memento--table-record))
        (table (current-buffer)))
    (require 'memento-notes-publish)
    (let ((told (save-window-excursion
                  (memento--notes-visit-node record)
                  (memento-notes-unpublish))))
      (with-current-buffer table
        (memento--table-refresh))
      (message "%s" told))))

(defun memento--table-width (texts least greatest)
  "Return the width of a column with TEXTS, from LEAST to GREATEST."
  (max least (min greatest (seq-reduce (lambda (width text) (max width (string-width text))) texts 0))))

;;;; What is public

(defun memento--privacy-rows ()
  "Return the rows of all that assistants see."
  (let* ((nodes (memento--call #'memento-core-notes-list t))
         (tags (lambda (node) (string-replace ":" " " (or (plist-get node :tags) "")))))
    (setq mode-line-process (format " [%d public]" (length nodes)))
    (setq tabulated-list-format
          (vector (list "Note" (memento--table-width (mapcar (lambda (node) (plist-get node :name)) nodes) 20 44) t)
                  (list "Tags" (memento--table-width (mapcar tags nodes) 8 24) t)
                  (list "File" 0 t)))
    (mapcar (lambda (node)
              (list node
                    (vector (plist-get node :name)
                            (propertize (funcall tags node) 'face 'memento-notes-tags)
                            (propertize (format "%s:%d" (memento--notes-relative (plist-get node :file))
                                                (plist-get node :line))
                                        'face 'memento-notes-file))))
            nodes)))

;;;###autoload
(defun memento-notes-privacy ()
  "List all notes that assistants see."
  (interactive)
  (memento--table-show "*memento privacy*" #'memento--privacy-rows
                       (lambda (node find) (memento--notes-visit-node node find))
                       "Nothing is public: assistants see none of your notes.

\\[memento-notes-publish] in a note lets them see it."))

;;;; What was asked for

(defun memento--audit-rows ()
  "Return the rows of what assistants asked for."
  (let* ((calls (memento--call #'memento-core-notes-audit memento-notes-audit-limit))
         (denied (seq-count (lambda (call) (plist-get call :private)) calls))
         (texts (lambda (key) (mapcar (lambda (call) (plist-get call key)) calls)))
         (number 0))
    (setq mode-line-process
          (format " [%d calls%s]" (length calls)
                  (if (> denied 0) (format ", %d asked for a private note" denied) "")))
    (setq tabulated-list-format
          (vector '("When" 16 t)
                  (list "Session" (memento--table-width (funcall texts :session) 8 20) t)
                  '("Via" 3 t)
                  (list "Call" (memento--table-width (funcall texts :call) 6 10) t)
                  (list "Asked for" (memento--table-width (funcall texts :subject) 12 32) t)
                  '("Answer" 0 t)))
    (mapcar (lambda (call)
              (let ((face (and (plist-get call :private) 'memento-notes-denied)))
                ;; Two calls may be alike; rows are known by their records.
                (list (append call (list :number (setq number (1+ number))))
                      (apply #'vector
                             (mapcar (lambda (text)
                                       (let ((text (string-replace "\n" " " text)))
                                         (if face (propertize text 'face face) text)))
                                     (list (format-time-string "%Y-%m-%d %H:%M" (plist-get call :time))
                                           (plist-get call :session) (plist-get call :front-end)
                                           (plist-get call :call) (plist-get call :subject)
                                           (memento--audit-answer call)))))))
            calls)))

(defun memento--audit-answer (call)
  "Return as text what CALL was answered."
  (cond
   ((plist-get call :private) (format "%s: the note is private" (plist-get call :outcome)))
   ((equal (plist-get call :outcome) "ok")
    (let ((what (pcase (car (split-string (plist-get call :call) "_"))
                  ("prompt" "prompt")
                  ((or "flashcard" "quiz") "card")
                  (_ "note"))))
      (pcase (plist-get call :notes) (1 (concat "1 " what)) (n (format "%d %ss" (or n 0) what)))))
   (t (plist-get call :outcome))))

(defun memento--audit-visit (call find)
  "Visit the note that CALL asked for by name; FIND as for `memento--notes-visit'."
  (let ((name (plist-get call :subject)))
    (memento--notes-visit-node
     (or (car (memento--call #'memento-core-notes-with-id name))
         (seq-find (lambda (node)
                     (eq t (compare-strings name nil nil (or (plist-get node :alias) (plist-get node :title)
                                                             (plist-get node :name))
                                            nil nil t)))
                   (memento--call #'memento-core-notes-list nil))
         (user-error "No note is called “%s”" name))
     find)))

;;;###autoload
(defun memento-notes-audit ()
  "List what assistants asked for, the last call first.
Calls that asked by name for a note that is private stand out."
  (interactive)
  (memento--table-show "*memento audit*" #'memento--audit-rows #'memento--audit-visit
                       "No assistant has asked for a note yet."))

;;;; What is wrong

(defun memento--problems-rows ()
  "Return the rows of what is wrong with the notes."
  (let* ((problems (memento--call #'memento-core-notes-problems))
         (place (lambda (problem) (format "%s:%d" (memento--notes-relative (plist-get problem :file))
                                          (plist-get problem :line)))))
    (setq mode-line-process (format " [%d]" (length problems)))
    (setq tabulated-list-format
          (vector (list "Place" (memento--table-width (mapcar place problems) 12 40) t)
                  '("Problem" 0 t)))
    (mapcar (lambda (problem)
              (list problem (vector (propertize (funcall place problem) 'face 'memento-notes-file)
                                    (string-replace "\n" " " (plist-get problem :message)))))
            problems)))

;;;###autoload
(defun memento-notes-problems ()
  "List what is wrong with the notes: doubled IDs, files that cannot be read."
  (interactive)
  (memento--table-show "*memento problems*" #'memento--problems-rows
                       (lambda (problem find)
                         (memento--notes-visit (plist-get problem :file) (plist-get problem :line) nil find))
                       "Nothing is wrong with your notes."))

(provide 'memento-notes-tables)
;;; memento-notes-tables.el ends here
