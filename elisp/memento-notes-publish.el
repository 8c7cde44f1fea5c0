;;; memento-notes-publish.el --- Let assistants see a note, or not any more  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-notes-publish' and `memento-notes-unpublish' set the mark in the buffer, where it can be undone, and show what
;; assistants would see of the text as it stands there.  They go by what is on disk, though.  A note is published when the
;; person, who has seen that, saves.  One that is withdrawn is saved at once, unless there are other unsaved edits: then
;; the person is asked, since until then it can be seen.
;;
;; What the marks mean is the module's to say: a mark is set here only when it says that the others do not suffice.

;;; Code:

(require 'memento-notes)

(declare-function memento-core-notes-preview "ext:memento-core")
(declare-function memento--evil-buffer "memento-evil")
(declare-function memento--notes-access-update "memento-notes-mode")
(declare-function org-back-to-heading "org")
(declare-function org-before-first-heading-p "org")
(declare-function org-entry-delete "org")
(declare-function org-entry-get "org")
(declare-function org-entry-put "org")
(declare-function org-get-heading "org")
(declare-function org-get-tags "org")
(declare-function org-id-new "org-id")
(declare-function org-mode "org")
(declare-function org-set-tags "org")

;;;; What is marked

(defun memento--publish-check ()
  "Signal a `user-error' unless this buffer is a note that can be edited."
  (unless (and (derived-mode-p 'org-mode) buffer-file-name)
    (user-error "This is no note: go to one first, with M-x memento-notes-find"))
  (memento--store)
  (unless (memento--notes-file-p buffer-file-name)
    (user-error "%s is not among the notes in %s: assistants see nothing of it"
                (buffer-name) (abbreviate-file-name (memento--notes-directory))))
  (barf-if-buffer-read-only)
  ;; What is shown of a link hangs on the note that it leads to.
  (memento--notes-sync))

(defun memento--publish-heading ()
  "Return the position of the headline that point is below, or nil."
  (unless (org-before-first-heading-p)
    (save-excursion
      (org-back-to-heading t)
      (point))))

(defun memento--publish-target (verb ask)
  "Return the position of what to mark: a headline, or the file's beginning.
That is the node at point.  If there is none, or with ASK, the person chooses
what to VERB: the headline at point or the file."
  (save-restriction
    (widen)
    (let ((node (cdr (memento--notes-node-at-point)))
          (heading (memento--publish-heading)))
      (cond
       ((and node (not ask)) node)
       ((null heading) (point-min))
       ((eq ?h (read-char-choice
                (format "%s this [h]eadline, “%s”, or the whole [f]ile? " verb
                        (save-excursion
                          (goto-char heading)
                          (truncate-string-to-width (org-get-heading t t t t) 30 nil nil "…")))
                '(?h ?f)))
        heading)
       (t (point-min))))))

(defun memento--publish-name (position)
  "Return a name for the target at POSITION."
  (save-restriction
    (widen)
    (save-excursion
      (goto-char position)
      (if (org-before-first-heading-p)
          (buffer-name)
        (format "“%s”" (org-get-heading t t t t))))))

;;;; Marks

(defun memento--publish-mark-tags (tags mark)
  "Return TAGS with MARK, or with none where that is nil."
  (append (seq-difference tags '("PUBLIC" "PRIVATE")) (and mark (list mark))))

(defun memento--publish-mark-file (mark)
  "Make MARK, nil for none, the only one in the file tags above the first headline."
  (save-excursion
    (goto-char (point-min))
    (let ((case-fold-search t)
          (end (copy-marker (save-excursion (if (re-search-forward "^\\*+ " nil t) (match-beginning 0) (point-max)))))
          (left mark))
      (while (re-search-forward "^#\\+filetags:[ \t]*\\(.*\\)$" end t)
        (let* ((value (cons (match-beginning 1) (match-end 1)))
               (tags (memento--publish-mark-tags (split-string (match-string 1) "[: \t]+" t) left)))
          (setq left nil)
          (cond
           (tags
            (delete-region (car value) (cdr value))
            (insert ":" (string-join tags ":") ":"))
           (t (delete-region (line-beginning-position) (min (point-max) (1+ (line-end-position))))))))
      (when left
        (goto-char (point-min))
        ;; Below the title; else below the drawer and the keywords at the top.
        (if (re-search-forward "^#\\+title:.*$" end t)
            (forward-line 1)
          (when (looking-at-p "[ \t]*:PROPERTIES:[ \t]*$")
            (re-search-forward "^[ \t]*:END:[ \t]*$" end t)
            (forward-line 1)))
        (unless (bolp) (insert "\n"))
        (insert "#+filetags: :" left ":\n"))
      (set-marker end nil))))

(defun memento--publish-mark (position mark)
  "Make MARK, nil for none, the only one at POSITION, a headline or the file's top."
  (save-excursion
    (goto-char position)
    (when (org-entry-get (point) "PUBLIC")
      (org-entry-delete (point) "PUBLIC"))
    (if (org-before-first-heading-p)
        (memento--publish-mark-file mark)
      (let* ((old (mapcar #'substring-no-properties (org-get-tags nil t)))
             (new (memento--publish-mark-tags old mark)))
        (unless (equal old new)
          (org-set-tags new))))))

(defun memento--publish-set (position public)
  "Mark what is at POSITION so that it is PUBLIC, or so that it is not.
No mark is left that is not needed.  Return non-nil if the buffer was changed."
  (let ((tick (buffer-chars-modified-tick))
        (place (copy-marker position))
        (changes (prepare-change-group)))
    (undo-boundary)
    (save-restriction
      (widen)
      (atomic-change-group
        (unless (eq public (memento--notes-public-at-p place))
          (memento--publish-mark place nil)
          (unless (eq public (memento--notes-public-at-p place))
            (memento--publish-mark place (if public "PUBLIC" "PRIVATE"))))
        (unless (eq public (memento--notes-public-at-p place))
          (user-error "Another mark keeps it %s: look for PUBLIC and PRIVATE in its tags and drawer and in the file's"
                      (if public "private" "public")))
        (when public
          (save-excursion
            (goto-char place)
            (unless (org-entry-get (point) "ID")
              (require 'org-id)
              (org-entry-put (point) "ID" (org-id-new)))))))
    (set-marker place nil)
    ;; One step for who undoes it.
    (undo-amalgamate-change-group changes)
    (when (fboundp 'memento--notes-access-update)
      (memento--notes-access-update))
    (/= tick (buffer-chars-modified-tick))))

;;;; What assistants would see

(defvar-local memento--preview-source nil
  "The buffer that the preview is of.")

(defvar-local memento--preview-tick nil
  "The tick of the source's text when it had been marked, nil if it was before.")

(defvar-local memento--preview-windows nil
  "The window configuration before the preview.")

(defvar memento-notes-preview-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "s") #'memento-notes-preview-save)
    (define-key map (kbd "u") #'memento-notes-preview-undo)
    (define-key map (kbd "q") #'memento-notes-preview-quit)
    map)
  "Keys of the buffer that shows what assistants would see.")

(define-derived-mode memento-notes-preview-mode special-mode "Preview"
  "Mode of the buffer that shows what assistants would see of a note.
\\<memento-notes-preview-mode-map>
\\[memento-notes-preview-save]	save the note: then they do
\\[memento-notes-preview-undo]	take the mark back
\\[revert-buffer]	look again
\\[memento-notes-preview-quit]	leave; what is not saved stays so

\\{memento-notes-preview-mode-map}"
  (setq truncate-lines nil
        word-wrap t)
  (setq-local truncate-partial-width-windows nil)
  (setq-local revert-buffer-function (lambda (&rest _) (memento--preview-fill)))
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-buffer 'memento-notes-preview-mode memento-notes-preview-mode-map '("s" "u" "q"))))

(defun memento--preview-nodes (source)
  "Return what assistants would see of the notes in the buffer SOURCE."
  (with-current-buffer source
    (memento--call #'memento-core-notes-preview (memento--text buffer-file-name) (memento--notes-buffer-text))))

(defun memento--preview-count (nodes)
  "Return how many NODES there are, as text."
  (pcase (length nodes)
    (0 "nothing")
    (1 "1 note")
    (n (format "%d notes" n))))

(defun memento--preview-header (source nodes)
  "Return the header line about the NODES of the buffer SOURCE."
  (string-replace
   "%" "%%"
   (substitute-command-keys
    (concat "\\<memento-notes-preview-mode-map>"
            (if (buffer-modified-p source) " \\[memento-notes-preview-save] save " "")
            (if memento--preview-tick " \\[memento-notes-preview-undo] undo " "")
            " \\[memento-notes-preview-quit] leave   "
            (propertize (format "Assistants %s %s of %s"
                                (if (buffer-modified-p source) "would see" "see")
                                (memento--preview-count nodes) (buffer-name source))
                        'face 'bold)))))

(defun memento--preview-fontify (text)
  "Return TEXT, Org, in its faces and letter by letter, links too."
  (with-temp-buffer
    (insert text)
    (delay-mode-hooks (org-mode))
    (font-lock-ensure)
    (let ((text (buffer-string)))
      (remove-text-properties 0 (length text) '(invisible nil display nil keymap nil mouse-face nil) text)
      text)))

(defun memento--preview-fill ()
  "Fill this buffer with what assistants would see."
  (require 'org)
  (let* ((inhibit-read-only t)
         (source memento--preview-source)
         (nodes (memento--preview-nodes source)))
    (erase-buffer)
    (dolist (node nodes)
      (insert (propertize (format "%s\n" (plist-get node :title)) 'face '(:inherit memento-notes-public :weight bold))
              (propertize (format "ID %s\n\n" (plist-get node :id)) 'face 'shadow)
              (memento--preview-fontify (string-trim (plist-get node :text) "\n+" "[ \t\n]+"))
              "\n\n"))
    (unless nodes
      (insert "Nothing.\n"))
    (set-buffer-modified-p nil)
    (goto-char (point-min))
    (setq header-line-format (memento--preview-header source nodes))))

(defun memento--preview-show (source marked)
  "Show what assistants would see of the buffer SOURCE, which was MARKED just now."
  (let ((windows (current-window-configuration))
        (buffer (get-buffer-create "*memento preview*")))
    (with-current-buffer buffer
      (memento-notes-preview-mode)
      (setq memento--preview-source source
            memento--preview-tick (and marked (buffer-chars-modified-tick source))
            memento--preview-windows windows)
      (memento--preview-fill))
    (select-window (display-buffer buffer '((display-buffer-pop-up-window display-buffer-use-some-window))))))

(defun memento-notes-preview-quit ()
  "Leave the preview; the windows are as they were before."
  (interactive)
  (let ((windows memento--preview-windows)
        (source memento--preview-source))
    (if (not (and windows (frame-live-p (window-configuration-frame windows))))
        (quit-window)
      (let ((point (with-current-buffer source (point))))
        (set-window-configuration windows)
        (with-current-buffer source (goto-char point))))))

(defun memento-notes-preview-save ()
  "Save the note that the preview is of, and leave."
  (interactive)
  (let ((source memento--preview-source))
    (with-current-buffer source (save-buffer))
    (let ((count (memento--preview-count (memento--preview-nodes source))))
      (memento-notes-preview-quit)
      (message "Saved: assistants see %s of %s" count (buffer-name source)))))

(defun memento-notes-preview-undo ()
  "Take back the mark that the preview is about, and leave."
  (interactive)
  (let ((source memento--preview-source))
    (unless (eql memento--preview-tick (buffer-chars-modified-tick source))
      (user-error "%s" (if memento--preview-tick
                           (format "%s was edited since: undo it there" (buffer-name source))
                         "Nothing was changed")))
    (memento-notes-preview-quit)
    (with-current-buffer source
      (undo-boundary)
      (undo-start)
      ;; The first step is the boundary itself.
      (undo-more 1)
      (undo-more 1)
      (undo-boundary))
    (message "Undone in %s" (buffer-name source))))

;;;; Commands

;;;###autoload
(defun memento-notes-publish (&optional ask)
  "Mark the note at point PUBLIC, and show what assistants would see of its file.
They do when the file is saved.  Where point is in no note, or with a prefix
argument ASK, choose between the headline at point and the whole file."
  (interactive "P")
  (memento--with-user-errors
    (memento--publish-check)
    (let* ((target (memento--publish-target "Publish" ask))
           (marked (memento--publish-set target t)))
      (unless marked
        (message "%s is public already" (memento--publish-name target)))
      (memento--preview-show (current-buffer) marked))))

;;;###autoload
(defun memento-notes-unpublish (&optional ask)
  "Take the note at point from the sight of assistants, and save.
Where something above it is public it gets the mark PRIVATE.  If there were
unsaved edits ask before saving.  Where point is in no note, or with a prefix
argument ASK, choose between the headline at point and the whole file."
  (interactive "P")
  (memento--with-user-errors
    (memento--publish-check)
    (let* ((target (memento--publish-target "Withdraw" ask))
           (name (memento--publish-name target))
           (clean (not (buffer-modified-p)))
           (changed (memento--publish-set target nil)))
      (when (and (buffer-modified-p)
                 (or clean
                     (y-or-n-p (format "Until it is saved assistants see it.  Save all of %s? " (buffer-name)))))
        (save-buffer))
      (let ((nodes (memento--preview-nodes (current-buffer)))
            (said (cond
                   ((not changed) "%s is private already")
                   ((buffer-modified-p) "%s is private when you save")
                   (t "%s is private now"))))
        (when nodes
          (memento--preview-show (current-buffer) changed))
        (message (concat said (if nodes "; this is left" "")) name)))))

(provide 'memento-notes-publish)
;;; memento-notes-publish.el ends here
