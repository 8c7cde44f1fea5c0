;;; memento-notes.el --- Notes, and who may see them  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; What the commands of the notes share: where the notes are, the index that is kept of them, the node at point, and going
;; to one.  The commands themselves are in files of their own:
;;
;; - memento-notes-find.el: find a note by its title, make one, link to one
;; - memento-notes-search.el: search the text of all
;; - memento-notes-backlinks.el: what leads to the note at point
;; - memento-notes-publish.el: let assistants see a note, or not any more
;; - memento-notes-mode.el: the mark in the mode line, and the index after saving
;; - memento-notes-tables.el: what is public, what assistants asked for, what is wrong
;;
;; The notes are Org-roam's files.  Org-roam itself is not needed, and is not in the way.

;;; Code:

(require 'memento-module)
(require 'memento-visit)
(require 'seq)

(defvar org-roam-directory)
(declare-function memento-core-config-set-notes-dir "ext:memento-core")
(declare-function memento-core-notes-refresh "ext:memento-core")
(declare-function memento-core-notes-sync "ext:memento-core")
(declare-function memento-core-notes-public-p "ext:memento-core")
(declare-function org-back-to-heading "org")
(declare-function org-before-first-heading-p "org")
(declare-function org-entry-get "org")
(declare-function org-get-heading "org")
(declare-function org-show-context "org")
(declare-function org-fold-show-context "org-fold")
(declare-function org-up-heading-safe "org")

;;;; Customization

(defgroup memento-notes nil
  "Notes, and who may see them."
  :group 'memento
  :prefix "memento-notes-")

(defcustom memento-notes-changed-hook nil
  "Hook run after the index of the notes has been brought up to date."
  :type 'hook)

(defface memento-notes-public '((t :inherit font-lock-warning-face))
  "Face of the mark of what assistants can see.")

(defface memento-notes-private '((t :inherit shadow))
  "Face of the mark of what assistants cannot see.")

(defface memento-notes-tags '((t :inherit font-lock-type-face))
  "Face of the tags of a note in a list.")

(defface memento-notes-file '((t :inherit shadow))
  "Face of the file of a note in a list.")

;;;; Where the notes are

(defvar memento--notes-declined nil
  "Directories that the person did not want for the notes, in this session.")

(defun memento--notes-directory ()
  "Return the directory of the notes, as it is named in the configuration."
  (file-name-as-directory (plist-get (memento--store) :notes-dir)))

(defun memento--notes-same-directory-p (a b)
  "Return non-nil if A and B name one directory."
  (equal (file-name-as-directory (file-truename a)) (file-name-as-directory (file-truename b))))

(defun memento--notes-offer-org-roam ()
  "Offer Org-roam's directory where the configuration names none for the notes.
The command line and assistants go by the configuration: only there do all three
agree about where the notes are."
  (when-let ((directory (bound-and-true-p org-roam-directory)))
    (let ((directory (directory-file-name (expand-file-name directory)))
          (store (memento--store)))
      (when (and (not (plist-get store :notes-dir-set))
                 (not (member directory memento--notes-declined))
                 (file-directory-p directory)
                 (not (memento--notes-same-directory-p directory (plist-get store :notes-dir))))
        (cond
         ((y-or-n-p (format "Use Org-roam's notes in %s, for memento's command line and assistants too? "
                            (abbreviate-file-name directory)))
          (memento--call #'memento-core-config-set-notes-dir (memento--text directory))
          (setq memento--store nil)
          (message "Wrote notes_dir to %s" (abbreviate-file-name (plist-get (memento--store) :config-file))))
         (t (push directory memento--notes-declined)))))))

(defun memento--notes-need-directory ()
  "Return the directory of the notes; offer to make it where it does not exist."
  (memento--notes-offer-org-roam)
  (let ((directory (memento--notes-directory)))
    (unless (file-directory-p directory)
      (unless (y-or-n-p (format "There are no notes yet.  Make the directory %s for them? "
                                (abbreviate-file-name directory)))
        (user-error "No notes: write notes_dir = \"...\" at the top of %s"
                    (abbreviate-file-name (plist-get (memento--store) :config-file))))
      (make-directory directory t))
    directory))

(defun memento--notes-file-p (&optional file)
  "Return non-nil if FILE, by default the current buffer's, is one of the notes.
Say so only of what the store already knows: opening a file opens no store."
  (when-let ((file (or file (buffer-file-name (or (buffer-base-buffer) (current-buffer)))))
             (directory (plist-get (cddr memento--store) :notes-dir)))
    (and (string-suffix-p ".org" file)
         (not (file-remote-p file))
         (file-in-directory-p file directory))))

(defun memento--notes-relative (file)
  "Return FILE's name as it is read in a list: relative to the notes."
  (file-relative-name file (memento--notes-directory)))

;;;; The index

(defun memento--notes-sync ()
  "Bring the index of the notes up to date with the disk.
Where that takes a while the echo area tells how far it is, and \\`C-g' stops
it; what was read until then is kept."
  (memento--notes-need-directory)
  (unless (memento--call #'memento-core-notes-refresh)
    (memento--notes-sync-slowly)))

(defun memento--notes-sync-slowly ()
  "Bring the index up to date in a thread, and wait and show how far it is."
  (let* (progress outcome
         (process (memento--listen "memento-notes"
                                   (lambda (_ event)
                                     (if (eq (plist-get event :event) 'progress)
                                         (setq progress event)
                                       (setq outcome event))))))
    (unwind-protect
        (progn
          (memento--call #'memento-core-notes-sync process)
          (while (and (null outcome) (process-live-p process))
            (accept-process-output process 0.1)
            (when progress
              (let ((message-log-max nil))
                (message "Reading notes: %d of %d (C-g stops)"
                         (plist-get progress :done) (plist-get progress :total))))))
      ;; The thread notices that nobody listens any more, and stops.
      (delete-process process))
    (when progress
      (message nil))
    (pcase (plist-get outcome :event)
      ('done (run-hooks 'memento-notes-changed-hook))
      ('error (user-error "The notes could not be read: %s" (plist-get outcome :message)))
      (_ (error "Reading the notes ended without a report")))))

;;;; The node at point

(defun memento--notes-node-p ()
  "Return the ID of the entry at point, a headline or the file, if it is a node."
  (let ((id (org-entry-get (point) "ID"))
        (exclude (org-entry-get (point) "ROAM_EXCLUDE")))
    (and id
         (not (member id '("" "nil")))
         ;; As Org-roam has it, an empty value excludes.
         (or (null exclude) (equal exclude "nil"))
         id)))

(defun memento--notes-node-at-point ()
  "Return the node that point is in, as (ID . POSITION), or nil.
POSITION is that of its headline, or of the beginning of the file."
  (when (derived-mode-p 'org-mode)
    (save-excursion
      (save-restriction
        (widen)
        (let (id)
          (unless (org-before-first-heading-p)
            (org-back-to-heading t)
            (while (not (or (setq id (memento--notes-node-p))
                            (not (org-up-heading-safe))))))
          (unless id
            (goto-char (point-min))
            (setq id (and (org-before-first-heading-p) (memento--notes-node-p))))
          (and id (cons id (point))))))))

(defun memento--notes-buffer-text ()
  "Return the whole text of the current buffer, as the module takes it."
  (save-restriction
    (widen)
    (memento--text (buffer-substring-no-properties (point-min) (point-max)))))

(defun memento--notes-public-at-p (position)
  "Return non-nil if assistants may see what is at POSITION."
  (memento--module-load)
  (memento-core-notes-public-p (memento--notes-buffer-text)
                               (save-restriction (widen) (line-number-at-pos position t))))

;;;; Going to a note

(defun memento--notes-show-context ()
  "Unfold what hides point."
  (when (derived-mode-p 'org-mode)
    (if (fboundp 'org-fold-show-context)
        (org-fold-show-context 'org-goto)
      (with-suppressed-warnings ((obsolete org-show-context))
        (org-show-context 'org-goto)))))

(defun memento--notes-visit (file line &optional text find)
  "Visit LINE of the note FILE; FIND is called with it, as `find-file' is.
In a buffer with unsaved edits the line may be elsewhere: there TEXT, a part of
it, is looked for around it."
  (unless (file-exists-p file)
    (user-error "%s does not exist any more" (abbreviate-file-name file)))
  (memento--follow-file file)
  (funcall (or find #'find-file) file)
  (let ((position (memento--line-position (max 1 line))))
    (memento--go-to
     (or (and text (buffer-modified-p)
              (save-restriction
                (widen)
                (save-excursion
                  (goto-char position)
                  (when (or (search-forward text nil t)
                            (progn (goto-char (point-min)) (search-forward text nil t)))
                    (goto-char (match-beginning 0))
                    (line-beginning-position)))))
         position)))
  (memento--notes-show-context))

(defun memento--notes-visit-node (node &optional find)
  "Visit NODE, a plist of the module; FIND is as for `memento--notes-visit'."
  (let ((file (plist-get node :file)))
    (memento--notes-visit file (plist-get node :line) nil find)
    (when (buffer-modified-p)
      ;; Lines have moved; the ID tells where the node is now.
      (when-let ((position (memento--notes-find-id (plist-get node :id))))
        (memento--go-to position)
        (memento--notes-show-context)))))

(defun memento--notes-find-id (id)
  "Return where in this buffer the node ID begins, or nil."
  (save-restriction
    (widen)
    (save-excursion
      (goto-char (point-min))
      (let ((case-fold-search t))
        (when (re-search-forward (format "^[ \t]*:ID:[ \t]+%s[ \t]*$" (regexp-quote id)) nil t)
          (if (org-before-first-heading-p)
              (point-min)
            (org-back-to-heading t)
            (point)))))))

(provide 'memento-notes)
;;; memento-notes.el ends here
