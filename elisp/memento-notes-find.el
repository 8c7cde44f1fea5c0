;;; memento-notes-find.el --- Find a note by its title  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-notes-find' visits a note, and makes it where there is none of that title.  `memento-notes-insert' links to one.
;;
;; Ten thousand notes shall be on the screen at once.  Hence the module gives each a name that no other has, the names go
;; into the completion table as they come, and what stands beside a name is made for those that are displayed.

;;; Code:

(require 'memento-notes)

(declare-function memento-core-notes-list "ext:memento-core")
(declare-function memento-core-notes-create "ext:memento-core")
(declare-function memento--consult-call "memento-consult")
(declare-function evil-exit-visual-state "ext:evil-states")
(declare-function evil-visual-state-p "ext:evil-states")
(declare-function org-link-make-string "ol")

;;;; Reading a note

(defvar memento--notes-history nil
  "The notes that were visited or linked to, by name.")

(defmacro memento--notes-with-completions (&rest body)
  "Evaluate BODY; Emacs's own *Completions* show one candidate a line meanwhile.
What stands beside the candidates needs the place.  Who has chosen no completion
style finds a name by any part of it."
  (declare (indent 0) (debug t))
  `(let ((completion-category-defaults
          (if (equal completion-styles (eval (car (get 'completion-styles 'standard-value)) t))
              (cons '(memento-note (styles substring partial-completion)) completion-category-defaults)
            completion-category-defaults))
         (completions-format (if (eq completions-format 'horizontal) 'one-column completions-format))
         (completion-list-mode-hook (cons (lambda () (setq truncate-lines t)) completion-list-mode-hook)))
     ,@body))

(defun memento--notes-name-width ()
  "Return how wide the names of notes are, before what stands beside them."
  (max 24 (min 60 (/ (* 2 (frame-width)) 5))))

(defun memento--notes-pad (name width)
  "Return blanks that fill the column of NAME up to WIDTH, two at least."
  ;; Icomplete makes a column of its own.
  (make-string (if (bound-and-true-p icomplete-mode) 2 (max 2 (- width (string-width name)))) ?\s))

(defun memento--notes-mark (node)
  "Return the mark of NODE: whether assistants see it, in a column."
  (if (plist-get node :public)
      (propertize "PUBLIC  " 'face 'memento-notes-public)
    "        "))

(defun memento--notes-other-tags (node)
  "Return the tags of NODE as text, without those that mark who sees it."
  (mapconcat #'identity
             (seq-difference (split-string (or (plist-get node :tags) "") ":" t) '("PUBLIC" "PRIVATE"))
             " "))

(defun memento--notes-annotate (node width)
  "Return what stands beside the name of NODE, from column WIDTH on."
  (concat (memento--notes-pad (plist-get node :name) width)
          (memento--notes-mark node)
          (propertize (truncate-string-to-width (memento--notes-other-tags node) 16 nil ?\s "…")
                      'face 'memento-notes-tags)
          "  "
          (propertize (concat (memento--notes-relative (plist-get node :file))
                              (and (plist-get node :alias)
                                   (format "  (alias of %s)" (plist-get node :title))))
                      'face 'memento-notes-file)))

(defun memento--notes-table (nodes)
  "Return a hash table from the names of NODES to them."
  (let ((table (make-hash-table :test #'equal :size (max 1 (length nodes)))))
    (dolist (node nodes table)
      (puthash (plist-get node :name) node table))))

(defun memento--notes-collection (table)
  "Return a completion table of the notes in the hash TABLE, in its order."
  (lambda (string predicate action)
    (if (eq action 'metadata)
        `(metadata (category . memento-note)
                   (display-sort-function . identity)
                   (cycle-sort-function . identity)
                   (affixation-function
                    . ,(lambda (names)
                         (let ((width (memento--notes-name-width)))
                           (mapcar (lambda (name)
                                     (let ((node (gethash name table)))
                                       (list name "" (if node (memento--notes-annotate node width) ""))))
                                   names)))))
      (complete-with-action action table string predicate))))

(defun memento--notes-named (name table)
  "Return the node called NAME in the hash TABLE, in whatever case, or nil."
  (or (gethash name table)
      (catch 'found
        (maphash (lambda (known node)
                   (when (eq t (compare-strings known nil nil name nil nil t))
                     (throw 'found node)))
                 table)
        nil)))

(defun memento--notes-preview (ask place)
  "Return the value of ASK, which asks for a note by name.
Where consult is loaded it shows the note that is selected: PLACE is a function
from its name to (FILE . LINE), or nil where no note is called so."
  (if (not (featurep 'consult))
      (funcall ask)
    (require 'memento-consult)
    (memento--consult-call ask place)))

(defun memento--notes-read (prompt &optional initial)
  "Read a note with PROMPT and INITIAL input.
Return its plist, or the text that was typed where no note is called that."
  (memento--without-gc-until-idle
    (memento--notes-sync)
    (let* ((table (memento--notes-table (memento--call #'memento-core-notes-list nil)))
           (completion-ignore-case t)
           (name (string-trim
                  (memento--notes-with-completions
                    ;; Who has just completed and not to the end is asked; a note is soon made.
                    (memento--notes-preview
                     (lambda ()
                       (completing-read prompt (memento--notes-collection table) nil 'confirm-after-completion
                                        initial 'memento--notes-history))
                     (lambda (name)
                       (when-let ((node (gethash name table)))
                         (cons (plist-get node :file) (plist-get node :line)))))))))
      (when (string-empty-p name)
        (user-error "No title: nothing to look for"))
      (or (memento--notes-named name table) name))))

;;;; Commands

(defun memento--notes-create (title)
  "Make a note with TITLE and return its node."
  (prog1 (memento--call #'memento-core-notes-create (memento--text title))
    (run-hooks 'memento-notes-changed-hook)))

;;;###autoload
(defun memento-notes-find (&optional other-window)
  "Visit a note, read by title or alias; make it where there is none.
With a prefix argument OTHER-WINDOW visit it in another window."
  (interactive "P")
  (memento--with-user-errors
    (let ((node (memento--notes-read "Note: "))
          (find (if other-window #'find-file-other-window #'find-file)))
      (cond
       ((stringp node)
        (let ((node (memento--notes-create node)))
          (memento--notes-visit-node node find)
          (goto-char (point-max))
          (message "Made the note %s, private" (plist-get node :name))))
       (t (memento--notes-visit-node node find))))))

(defun memento--notes-description (node)
  "Return the description of a link to NODE, as it was chosen."
  (or (plist-get node :alias) (plist-get node :title) (plist-get node :name)))

;;;###autoload
(defun memento-notes-insert ()
  "Insert a link to a note, read by title or alias; make it where there is none.
The text of the region, if it is active, becomes what the link shows."
  (interactive "*")
  (require 'ol)
  (memento--with-user-errors
    (let* ((begin (and (use-region-p) (copy-marker (region-beginning))))
           (end (and begin (copy-marker (region-end))))
           (text (and begin (replace-regexp-in-string
                             "[ \t\n]+" " " (string-trim (buffer-substring-no-properties begin end)))))
           (node (memento--notes-read "Link to note: " text))
           (made (stringp node))
           (node (if made (memento--notes-create node) node))
           (link (org-link-make-string
                  (concat "id:" (plist-get node :id))
                  (if (member text '(nil "")) (memento--notes-description node) text))))
      (when (and (fboundp 'evil-visual-state-p) (evil-visual-state-p))
        (evil-exit-visual-state))
      (when begin
        (goto-char begin)
        (delete-region begin end)
        (set-marker begin nil)
        (set-marker end nil)
        (deactivate-mark))
      (insert link)
      (when made
        (message "Made the note %s, private" (plist-get node :name))))))

(provide 'memento-notes-find)
;;; memento-notes-find.el ends here
