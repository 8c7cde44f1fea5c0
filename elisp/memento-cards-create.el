;;; memento-cards-create.el --- A card of what is read  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-cards-create' makes a card of the region, which becomes the answer, with its place as source: in a note the
;; note's ID, else file and line.

;;; Code:

(require 'memento-cards-edit)
(require 'memento-notes)

(declare-function evil-exit-visual-state "ext:evil-states")
(declare-function evil-visual-state-p "ext:evil-states")
(declare-function memento-core-card-create "ext:memento-core")

(defun memento--cards-language ()
  "Return the language of this buffer in Org's words, or nil where it is prose."
  (cond ((derived-mode-p 'org-mode 'markdown-mode) nil)
        ((derived-mode-p 'prog-mode)
         (let ((name (replace-regexp-in-string "\\(?:-ts\\)?-mode\\'" "" (symbol-name major-mode))))
           (pcase name ("emacs-lisp" "elisp") ("js" "javascript") (_ name))))
        ((derived-mode-p 'text-mode) nil)
        ((buffer-file-name) "text")))

(defun memento--cards-unindent (text)
  "Return TEXT without the blanks that all of its lines begin with."
  (let* ((lines (split-string text "\n"))
         (blanks (mapcar (lambda (line) (string-match "[^ \t]" line)) lines))
         (common (apply #'min most-positive-fixnum (delq nil blanks))))
    (mapconcat (lambda (line) (if (>= (length line) common) (substring line common) "")) lines "\n")))

(defun memento--cards-quote (begin end)
  "Return the text from BEGIN to END as it stands in a card."
  ;; What begins within a line's indentation begins with the line.
  (let* ((begin (save-excursion
                  (goto-char begin)
                  (if (string-blank-p (buffer-substring-no-properties (line-beginning-position) begin))
                      (line-beginning-position)
                    begin)))
         (text (memento--text (string-trim-right (buffer-substring-no-properties begin end))))
         (language (memento--cards-language)))
    (if language
        (format "#+begin_src %s\n%s\n#+end_src" language (memento--cards-unindent text))
      (string-trim text))))

(defun memento--cards-place (position)
  "Return where POSITION is, as a source: (:note ID), (:file FILE :line LINE), nil."
  (let ((file (buffer-file-name (or (buffer-base-buffer) (current-buffer))))
        (node (save-excursion
                (goto-char position)
                (and (memento--notes-file-p) (memento--notes-node-at-point)))))
    (cond (node (list :note (car node)))
          (file (list :file (memento--text file)
                      :line (save-restriction (widen) (line-number-at-pos position t)))))))

(defun memento--cards-guess-project (source)
  "Return the project of a card from SOURCE here."
  ;; Notes are of all projects.
  (if (plist-get source :note) "" (or (ignore-errors (memento--review-project)) "")))

;;;###autoload
(defun memento-cards-create (&optional begin end)
  "Write a flashcard; the region from BEGIN to END, if active, is its answer.
Where it is from is kept with it: the ID of the note, or file and line."
  (interactive (and (use-region-p) (list (region-beginning) (region-end))))
  (memento--with-user-errors (memento--store))
  (let* ((here (or begin (point)))
         (source (memento--cards-place here))
         (hidden (and (plist-get source :note) (not (memento--notes-public-at-p here))))
         (answer (and begin (memento--cards-quote begin end)))
         (project (memento--cards-guess-project source)))
    (when (and (fboundp 'evil-visual-state-p) (evil-visual-state-p))
      (evil-exit-visual-state))
    (deactivate-mark)
    (memento--cards-edit
     (concat "Card from "
             (cond ((plist-get source :note) "this note")
                   (source (format "%s:%d" (file-name-nondirectory (plist-get source :file)) (plist-get source :line)))
                   (t "your head")))
     (list :answer answer :project project)
     (lambda (card _)
       (let ((made (memento--call #'memento-core-card-create (memento--cards-request card source))))
         (lambda ()
           (run-hooks 'memento-cards-changed-hook)
           (format "Made the card %s%s" (memento--cards-name made)
                   (if hidden "; assistants do not see it, for the note is private" "")))))
     "Question"
     (and hidden "from a private note: the command line shows it, assistants do not see it"))))

(defun memento--cards-request (card source)
  "Return CARD, as it was written, from SOURCE, as the module takes it."
  (let (request)
    (while card
      (let ((key (pop card)) (value (pop card)))
        (unless (member value '(nil ""))
          (setq request (plist-put request key value)))))
    (append request source)))

(provide 'memento-cards-create)
;;; memento-cards-create.el ends here
