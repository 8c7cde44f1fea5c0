;;; memento-prompts-mark.el --- Rate, note and tag prompts  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; What is done to the prompts at point is the same in the list, in a prompt's own buffer and in the timeline, and one undo
;; takes it back.  Each key press is stored at once.

;;; Code:

(require 'memento-notes)
(require 'memento-prompts)
(require 'memento-review-capture)

(defvar crm-separator)
(declare-function memento-prompts-show-quit "memento-prompts-show")
(declare-function memento-core-prompt-delete "ext:memento-core")
(declare-function memento-core-prompt-note "ext:memento-core")
(declare-function memento-core-prompt-publish "ext:memento-core")
(declare-function memento-core-prompt-rate "ext:memento-core")
(declare-function memento-core-prompt-show "ext:memento-core")
(declare-function memento-core-prompt-tag "ext:memento-core")
(declare-function memento-core-prompt-tags "ext:memento-core")

;;;; Undo

(defvar memento--prompts-undo nil
  "What was marked, the last first: (KIND . MARKED).
KIND is `rating', `note' or `tags', MARKED what the module returned.")

(defconst memento--prompts-undo-limit 200
  "How many marks can be taken back.")

(defun memento--prompts-marked (kind marked)
  "Remember that by KIND the prompts MARKED were changed, and draw them anew."
  (push (cons kind marked) memento--prompts-undo)
  (when-let ((rest (nthcdr memento--prompts-undo-limit memento--prompts-undo)))
    (setcdr rest nil))
  (memento--prompts-redraw (mapcar (lambda (one) (plist-get one :after)) marked)))

(defun memento--prompts-undo-rating (marked)
  "Give the prompts MARKED the ratings that they had; return what that changed."
  (let (by)
    (dolist (one marked)
      (push (plist-get (plist-get one :before) :id)
            (alist-get (or (plist-get (plist-get one :before) :rating) 0) by)))
    (mapcan (pcase-lambda (`(,rating . ,ids)) (memento--call #'memento-core-prompt-rate ids rating)) by)))

(defun memento--prompts-undo-tags (marked)
  "Give the prompts MARKED the tags that they had; return what that changed."
  (mapcan (lambda (one)
            (let ((before (plist-get (plist-get one :before) :tags))
                  (after (plist-get (plist-get one :after) :tags)))
              (memento--call #'memento-core-prompt-tag (list (plist-get (plist-get one :before) :id))
                             (seq-difference before after) (seq-difference after before))))
          marked))

(defun memento--prompts-undo-note (marked)
  "Give the prompts MARKED the notes that they had; return what that changed."
  (mapcan (lambda (one)
            (memento--call #'memento-core-prompt-note (plist-get (plist-get one :before) :id)
                           (or (plist-get (plist-get one :before) :note) "")))
          marked))

(defun memento-prompts-undo ()
  "Take the last rating, note or change of tags back."
  (interactive)
  (pcase-let ((`(,kind . ,marked) (or (car memento--prompts-undo) (user-error "Nothing to undo"))))
    (let ((changed (memento--with-user-errors
                     (condition-case err
                         (pcase kind
                           ('rating (memento--prompts-undo-rating marked))
                           ('tags (memento--prompts-undo-tags marked))
                           ('note (memento--prompts-undo-note marked)))
                       (memento-not-found
                        ;; What is gone cannot be marked, and must not keep the rest from being undone.
                        (pop memento--prompts-undo)
                        (signal (car err) (cdr err)))))))
      (pop memento--prompts-undo)
      (memento--prompts-redraw (mapcar (lambda (one) (plist-get one :after)) changed))
      (message "Took back the %s of %s" (symbol-name kind)
               (memento--count (length changed) "prompt")))))

;;;; Rating

(defun memento-prompts-rate (rating)
  "Rate the prompt at point, or those of the region, with RATING.
That is the digit that was typed, 1 to 5; 0 takes the rating away."
  (interactive
   (list (let ((key (event-basic-type last-command-event)))
           (if (and (integerp key) (<= ?0 key ?5))
               (- key ?0)
             (read-number "Rate (1 to 5; 0 takes the rating away): ")))))
  (let ((prompts (memento--prompts-here)))
    (memento--with-user-errors
      (memento--prompts-marked
       'rating
       (memento--call #'memento-core-prompt-rate (mapcar (lambda (prompt) (plist-get prompt :id)) prompts) rating)))
    (let ((message-log-max nil))
      (message "%s%s"
               (if (= rating 0) "Not rated" (concat "Rated " (memento--prompts-stars rating)))
               (if (cdr prompts) (format ", %s" (memento--count (length prompts) "prompt")) "")))
    (deactivate-mark)))

;;;; Notes

(defun memento-prompts-note (&optional remove)
  "Write a note on the prompt at point, or edit the one that it has.
With a prefix argument REMOVE remove it."
  (interactive "P")
  (let* ((prompt (memento--prompts-one-here))
         (old (plist-get prompt :note)))
    (cond
     ((and remove (not old))
      (user-error "This prompt has no note"))
     (remove
      (message "%s" (memento--with-user-errors (memento--prompts-store-note prompt ""))))
     (t
      (memento--capture
       (concat (if old "Edit the note on: " "Note on: ") (memento--one-line (plist-get prompt :text)))
       (lambda (text _category) (memento--prompts-store-note prompt text))
       old nil nil "keep")
      ;; Who takes all of a note away removes it.
      (setq memento--capture-may-be-empty (and old t))))))

(defun memento--prompts-store-note (prompt text)
  "Give PROMPT the note TEXT, or none if that is empty; return what to tell."
  (memento--prompts-marked 'note (memento--call #'memento-core-prompt-note (plist-get prompt :id) (memento--text text)))
  (cond
   ((string-empty-p text) "Removed the note; u brings it back")
   ((plist-get prompt :note) "Changed the note")
   (t "Noted")))

;;;; Tags

(defvar memento--prompts-tag-history nil
  "The tags that were typed.")

(defun memento--prompts-read-tags (prompt initial)
  "Read tags with PROMPT; INITIAL are those that stand there at first."
  (let* ((counts (mapcar (lambda (tag) (cons (plist-get tag :tag) (plist-get tag :prompts)))
                         (memento--call #'memento-core-prompt-tags)))
         (table (memento--completion-table
                 'memento-prompts-tag
                 (mapcar (pcase-lambda (`(,tag . ,count)) (cons tag (memento--count count "prompt"))) counts)))
         (crm-separator "[ \t]*[, ][ \t]*"))
    (delete-dups
     (seq-remove #'string-empty-p
                 (mapcar #'string-trim
                         (completing-read-multiple prompt table nil nil
                                                   (and initial (concat (string-join initial ",") ","))
                                                   'memento--prompts-tag-history))))))

(defun memento-prompts-tag ()
  "Set the tags of the prompt at point, or add some to those of the region.
Among several prompts a tag with a minus before it is taken away."
  (interactive)
  (memento--with-user-errors
    (let* ((prompts (memento--prompts-here))
           (several (cdr prompts))
           (old (and (not several) (plist-get (car prompts) :tags)))
           (typed (mapcar #'memento--text
                          (memento--prompts-read-tags
                           (if several
                               (format "Add tags to %d prompts (-tag takes one away): " (length prompts))
                             "Tags (with commas): ")
                           old)))
           (minus (seq-filter (lambda (tag) (string-prefix-p "-" tag)) typed))
           (add (if several (seq-difference typed minus) (seq-difference typed old)))
           (remove (if several (mapcar (lambda (tag) (substring tag 1)) minus) (seq-difference old typed))))
      (if (not (or add remove))
          (message "The tags stay as they are")
        (memento--prompts-marked
         'tags (memento--call #'memento-core-prompt-tag
                              (mapcar (lambda (prompt) (plist-get prompt :id)) prompts) add remove))
        (message "%s" (string-join
                       (delq nil (list (and add (concat "Added " (string-join add ", ")))
                                       (and remove (concat "Removed " (string-join remove ", ")))))
                       "; "))
        (deactivate-mark)))))

;;;; Copying and deleting

(defun memento-prompts-copy (secrets)
  "Copy the text of the prompt at point, or those of the region.
What looks like a key or token is masked unless the prefix argument SECRETS is
given."
  (interactive "P")
  (let* ((prompts (memento--prompts-here))
         (texts (memento--with-user-errors
                  (mapcar (lambda (prompt)
                            (plist-get (memento--call #'memento-core-prompt-show (plist-get prompt :id) secrets) :text))
                          prompts)))
         (hidden (and (not secrets) (seq-some (lambda (prompt) (plist-get prompt :secrets)) prompts))))
    (kill-new (string-join texts "\n\n"))
    (deactivate-mark)
    (message "Copied %s%s" (memento--count (length texts) "prompt")
             (if hidden ", with what looks like a key masked (C-u copies it too)" ""))))

(defun memento-prompts-delete ()
  "Delete the prompt at point, or those of the region, after asking.
The assistant's own history keeps it."
  (interactive)
  (let ((prompts (memento--prompts-here)))
    (when (yes-or-no-p (format "Delete %s from the library? "
                               (if (cdr prompts) (memento--count (length prompts) "prompt") "this prompt")))
      (memento--with-user-errors
        (memento--call #'memento-core-prompt-delete (mapcar (lambda (prompt) (plist-get prompt :id)) prompts)))
      (deactivate-mark)
      (run-hooks 'memento-prompts-changed-hook)
      ;; What is gone is not left on the screen, to be rated in vain.
      (when (derived-mode-p 'memento-prompts-show-mode)
        (memento-prompts-show-quit))
      (message "Deleted %s; C-u M-x memento-prompts-sync brings back what the history still has"
               (memento--count (length prompts) "prompt")))))

;;;; Publishing

(defun memento-prompts-publish (secrets)
  "Make a note of the prompt at point that assistants see, after showing it.
What looks like a key or token is masked unless the prefix argument SECRETS is
given."
  (interactive "P")
  (let* ((prompt (memento--prompts-one-here))
         (id (plist-get prompt :id))
         (plan (memento--with-user-errors
                 (memento--notes-need-directory)
                 (memento--call #'memento-core-prompt-publish id secrets t)))
         (keys (plist-get prompt :secrets))
         (question (format "%s%s "
                           (cond ((not keys) "")
                                 (secrets (format "It holds a key (%s), NOT masked. " (string-join keys ", ")))
                                 (t (format "What looks like a key (%s) is masked. " (string-join keys ", "))))
                           (if (plist-get plan :new) "Let assistants see this note?" "Bring the note up to date?"))))
    (when (unwind-protect
              (save-window-excursion
                (memento--prompts-preview plan)
                (y-or-n-p question))
            ;; It is not to come back where another buffer is left.
            (kill-buffer "*memento note preview*"))
      (let ((made (memento--with-user-errors (memento--call #'memento-core-prompt-publish id secrets nil))))
        (message "%s %s in %s" (if (plist-get made :new) "Published as" "Brought up to date:") (plist-get made :id)
                 (abbreviate-file-name (file-name-directory (plist-get made :file))))))))

(defun memento--prompts-preview (plan)
  "Show what the note of PLAN would be."
  (with-current-buffer (get-buffer-create "*memento note preview*")
    (let ((inhibit-read-only t))
      (erase-buffer)
      (insert (plist-get plan :text))
      (delay-mode-hooks (org-mode))
      (setq buffer-read-only t
            header-line-format
            (string-replace "%" "%%" (format " %s %s" (if (plist-get plan :new) "New note" "Note")
                                             (file-name-nondirectory (plist-get plan :file)))))
      ;; What is above the title is for programs.
      (goto-char (point-min))
      (when (re-search-forward "^#\\+title:" nil t)
        (forward-line 0))
      (set-buffer-modified-p nil)))
  (pop-to-buffer-same-window "*memento note preview*")
  (set-window-start nil (point)))

;;;; Keys

(defvar memento-prompts-mark-map
  (let ((map (make-sparse-keymap)))
    (dolist (digit '("0" "1" "2" "3" "4" "5"))
      (define-key map (kbd digit) #'memento-prompts-rate))
    (define-key map (kbd "N") #'memento-prompts-note)
    (define-key map (kbd "t") #'memento-prompts-tag)
    (define-key map (kbd "u") #'memento-prompts-undo)
    (define-key map (kbd "w") #'memento-prompts-copy)
    (define-key map (kbd "P") #'memento-prompts-publish)
    (define-key map (kbd "d") #'memento-prompts-delete)
    (define-key map (kbd "s") #'memento-prompts-save-template)
    (define-key map (kbd "S") #'memento-prompts-similar)
    (define-key map (kbd "K") #'memento-prompts-sync-stop)
    map)
  "Keys that are the same wherever there are prompts.")

(autoload 'memento-prompts-similar "memento-prompts-list" nil t)
(autoload 'memento-prompts-save-template "memento-prompts-template" nil t)
(autoload 'org-mode "org")

(provide 'memento-prompts-mark)
;;; memento-prompts-mark.el ends here
