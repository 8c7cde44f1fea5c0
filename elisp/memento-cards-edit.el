;;; memento-cards-edit.el --- The buffer in which a card is written  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; A card is written in a small Org buffer at the bottom of the frame, under headings for question, answer and notes.  C-c C-c
;; stores it, C-c C-k abandons it, and either way windows and point are as they were.

;;; Code:

(require 'memento-cards)
(require 'memento-review-capture)

(defvar org-inhibit-startup)
(declare-function evil-define-minor-mode-key "ext:evil-core")
(declare-function evil-insert-state "ext:evil-states")
(declare-function evil-normalize-keymaps "ext:evil-core")
(declare-function memento-core-card-update "ext:memento-core")

(defcustom memento-cards-edit-height 16
  "Height in lines of the window in which a card is written."
  :group 'memento-cards
  :type 'natnum)

;;;; Internal variables

(defvar memento--cards-abandoned nil
  "The text of the last buffer that was abandoned with changes, or nil.")

(defvar-local memento--cards-edit-label nil "What is written, for the header line.")
(defvar-local memento--cards-edit-note nil "What the person should know of it, or nil.")
(defvar-local memento--cards-edit-start nil "What the buffer had at first, as `memento--cards-edit-parse' returns it.")
(defvar-local memento--cards-edit-save nil "The function that stores what was written.")
(defvar-local memento--cards-edit-return nil "The function that brings windows and point back.")

;;;; Text

(defconst memento--cards-heading "^,*\\* \\(?:Question\\|Answer\\|Notes\\)[ \t]*$"
  "A regexp of lines of a text that would be taken for a heading.")

(defun memento--cards-escape (text)
  "Return TEXT with a comma before lines that look like our headings."
  (replace-regexp-in-string memento--cards-heading ",\\&" text))

(defun memento--cards-unescape (text)
  "Return TEXT, as it was before `memento--cards-escape'."
  (replace-regexp-in-string (concat "^,\\(" (substring memento--cards-heading 1) "\\)") "\\1" text))

(defun memento--cards-edit-text (card)
  "Return the text of the buffer in which CARD, a plist, is written."
  (concat (format "#+project: %s\n#+tags: %s\n" (or (plist-get card :project) "")
                  (string-join (plist-get card :tags) " "))
          (if (plist-get card :own-algorithm) (format "#+algorithm: %s\n" (plist-get card :algorithm)) "")
          (mapconcat (pcase-lambda (`(,heading . ,key))
                       (format "* %s\n%s\n" heading (memento--cards-escape (or (plist-get card key) ""))))
                     '(("Question" . :question) ("Answer" . :answer) ("Notes" . :notes)) "")))

(defun memento--cards-edit-section (heading)
  "Return what is under HEADING."
  (goto-char (point-min))
  (if (not (re-search-forward (format "^\\* %s[ \t]*$" heading) nil t))
      ""
    (let ((begin (min (point-max) (1+ (point)))))
      (goto-char begin)
      (memento--text
       (memento--cards-unescape
        (string-trim (buffer-substring-no-properties
                      begin
                      (if (re-search-forward "^\\* \\(?:Question\\|Answer\\|Notes\\)[ \t]*$" nil t)
                          (match-beginning 0)
                        (point-max)))
                     "\\(?:[ \t]*\n\\)+"))))))

(defun memento--cards-edit-keyword (keyword)
  "Return the value of KEYWORD above the headings, or \"\"."
  (goto-char (point-min))
  (let ((end (save-excursion (if (re-search-forward "^\\* Question[ \t]*$" nil t) (point) (point-max))))
        (case-fold-search t))
    (if (re-search-forward (format "^#\\+%s:[ \t]*\\(.*?\\)[ \t]*$" keyword) end t)
        (memento--text (match-string-no-properties 1))
      "")))

(defun memento--cards-edit-parse ()
  "Return the card that the buffer has, a plist without what is empty."
  (save-excursion
    (save-restriction
      (widen)
      (list :question (memento--cards-edit-section "Question")
            :answer (memento--cards-edit-section "Answer")
            :notes (memento--cards-edit-section "Notes")
            :project (memento--cards-edit-keyword "project")
            :tags (mapcar (lambda (tag) (string-remove-prefix "#" tag))
                          (split-string (memento--cards-edit-keyword "tags") "[ \t,:]+" t))
            :algorithm (memento--cards-edit-keyword "algorithm")))))

(defun memento--cards-edit-changes (before after)
  "Return how AFTER differs from BEFORE, as `memento-core-card-update' takes it."
  (let (changes)
    (dolist (key '(:question :answer :notes :project :tags :algorithm) changes)
      (unless (equal (plist-get before key) (plist-get after key))
        (setq changes
              (if (and (eq key :tags) (null (plist-get after :tags)))
                  (plist-put changes :no-tags t)
                (plist-put changes key (plist-get after key))))))))

;;;; The mode

(defvar memento-cards-edit-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-c") #'memento-cards-edit-finish)
    (define-key map (kbd "C-c C-k") #'memento-cards-edit-abandon)
    (define-key map (kbd "M-p") #'memento-cards-edit-recall)
    map)
  "Keys of the buffer in which a card is written.")

(define-minor-mode memento-cards-edit-mode
  "Minor mode of the Org buffer in which a card is written.

\\<memento-cards-edit-mode-map>\\[memento-cards-edit-finish] stores the card, \
\\[memento-cards-edit-abandon] abandons it;
\\[memento-cards-edit-recall] brings back what was abandoned last."
  :lighter " Card"
  (when memento-cards-edit-mode
    (setq header-line-format '(:eval (memento--cards-edit-header (window-width))))
    (add-hook 'kill-buffer-hook #'memento--cards-edit-keep nil t)
    (when (featurep 'evil)
      (evil-define-minor-mode-key 'normal 'memento-cards-edit-mode
        (kbd "ZZ") #'memento-cards-edit-finish
        (kbd "ZQ") #'memento-cards-edit-abandon)
      (evil-normalize-keymaps))))

(defun memento--cards-edit-header (width)
  "Return the header line for a window of WIDTH columns."
  (let* ((keys (substitute-command-keys
                (concat "  \\<memento-cards-edit-mode-map>\\[memento-cards-edit-finish] keep"
                        "  \\[memento-cards-edit-abandon] abandon ")))
         (note (if memento--cards-edit-note
                   (concat "  " (propertize memento--cards-edit-note 'face 'memento-notes-private))
                 ""))
         (label (memento--cut memento--cards-edit-label (max 10 (- width 2 (string-width keys)))))
         (note (memento--cut note (max 0 (- width 1 (string-width label) (string-width keys))))))
    (string-replace "%" "%%" (concat " " (propertize label 'face 'bold) note keys))))

(defun memento--cards-edit-keep ()
  "Keep the text of a buffer that is killed unsaved."
  (when (and memento--cards-edit-save
             (not (equal memento--cards-edit-start (memento--cards-edit-parse))))
    (setq memento--cards-abandoned (buffer-substring-no-properties (point-min) (point-max)))))

(defun memento-cards-edit-recall ()
  "Replace the text by the one that was abandoned last; again: swap them."
  (interactive)
  (let ((text (or memento--cards-abandoned (user-error "No card was abandoned yet"))))
    (setq memento--cards-abandoned (buffer-substring-no-properties (point-min) (point-max)))
    (erase-buffer)
    (insert text)
    (memento--cards-edit-goto "Question")))

(defun memento--cards-edit-goto (heading)
  "Go to the end of what is under HEADING."
  (goto-char (point-min))
  (when (re-search-forward (format "^\\* %s[ \t]*$" heading) nil t)
    (forward-line 1)
    (let ((begin (point)))
      (goto-char (if (re-search-forward "^\\* " nil t) (line-beginning-position 0) (point-max)))
      (goto-char (max begin (line-end-position))))))

(defun memento--cards-edit (label card save &optional heading note)
  "Open a buffer to write CARD, a plist, which is named LABEL; then call SAVE.
SAVE gets what was written, as `memento--cards-edit-parse' returns it, and what
the buffer had at first, and returns what to tell the person, or a function that
does the rest when the windows are back and returns that.  Point is under
HEADING; NOTE is what the person should know."
  (when (bound-and-true-p memento-cards-edit-mode)
    (user-error "Finish this card first (C-c C-c keeps it, C-c C-k abandons it)"))
  (let ((return (memento--capture-returner))
        (directory default-directory)
        (buffer (generate-new-buffer "*memento card text*")))
    (with-current-buffer buffer
      (setq default-directory directory)
      (let ((org-inhibit-startup t))
        (org-mode))
      (memento-cards-edit-mode 1)
      (insert (memento--cards-edit-text card))
      (setq memento--cards-edit-label label
            memento--cards-edit-note note
            memento--cards-edit-save save
            memento--cards-edit-start (memento--cards-edit-parse)
            memento--cards-edit-return return)
      (set-buffer-modified-p nil)
      (setq buffer-undo-list nil))
    (memento--capture-display buffer memento-cards-edit-height)
    (memento--cards-edit-goto (or heading "Question"))
    (when (and (fboundp 'evil-insert-state) (bound-and-true-p evil-local-mode))
      (evil-insert-state))
    (when note
      (message "%s" note))))

(defun memento--cards-edit-leave ()
  "Kill the buffer of a card and bring back windows and point."
  (let ((buffer (current-buffer))
        (return memento--cards-edit-return))
    (setq memento--cards-edit-save nil)
    (funcall return)
    (kill-buffer buffer)))

(defun memento-cards-edit-finish ()
  "Store the card and go back.
Where it is refused the buffer stays, with its text."
  (interactive)
  (let ((card (memento--cards-edit-parse)))
    (pcase-dolist (`(,key . ,heading) '((:question . "Question") (:answer . "Answer")))
      (when (string-empty-p (plist-get card key))
        (memento--cards-edit-goto heading)
        (user-error "The %s is empty: write it under this heading, or abandon the card with C-c C-k" (downcase heading))))
    (let ((told (memento--with-user-errors
                  (funcall memento--cards-edit-save card memento--cards-edit-start))))
      (memento--cards-edit-leave)
      (message "%s" (if (functionp told) (funcall told) told)))))

(defun memento-cards-edit-abandon ()
  "Abandon the card and go back.
\\<memento-cards-edit-mode-map>\\[memento-cards-edit-recall] brings its text back in the next one."
  (interactive)
  (let ((kept (memento--cards-edit-keep)))
    (memento--cards-edit-leave)
    (message (if kept "Abandoned; M-p brings the text back in the next card" "Abandoned"))))

;;;; Changing a card

(defun memento--cards-change (card done)
  "Have the person edit CARD; DONE is called with it and what it is afterwards.
That is when the windows are back; it returns what to tell, or nil."
  (memento--cards-edit
   (concat "Edit " (memento--cards-name card)) card
   (lambda (after before)
     (let ((changes (memento--cards-edit-changes before after)))
       (if (null changes)
           "Nothing was changed"
         (let ((changed (memento--call #'memento-core-card-update (plist-get card :id) changes)))
           (lambda ()
             (run-hooks 'memento-cards-changed-hook)
             (or (funcall done card changed)
                 (concat "Changed " (memento--cards-name changed))))))))))

(autoload 'org-mode "org")

(provide 'memento-cards-edit)
;;; memento-cards-edit.el ends here
