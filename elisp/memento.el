;;; memento.el --- Review and notes shared with coding assistants  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;; Author: The memento authors
;; Maintainer: The memento authors <memento@localhost>
;; URL: https://memento.example/
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: tools, vc, outlines

;;; Commentary:

;; memento is what a person who lives in Emacs shares with the coding assistants that work beside it.  On any line of code
;; a remark is written with a few keys; assistants take the remarks one by one from the log, an org file, and close one
;; only when the project's tests pass.  Of the person's notes, which are Org-roam's, they see those that are marked PUBLIC;
;; the person finds, searches and links all of them.  What is learnt is kept with flashcards, which assistants draft.
;;
;; Loading this file binds no key.  Call `memento-setup-keys' in your init file: the commands are then at SPC r under Doom
;; and evil, and at C-c r everywhere.  `memento' is a menu of them.

;;; Code:

(require 'memento-module)
(require 'transient)

(declare-function memento--evil-leader "memento-evil")
(declare-function memento--review-log-adopt "memento-review-log")

(defgroup memento nil
  "Review and notes shared with coding assistants."
  :group 'tools
  :prefix "memento-"
  :link '(emacs-commentary-link "memento"))

(defcustom memento-leader-key "r"
  "The key of `memento-map' after SPC and after \\`C-c', as for `kbd'.
It takes effect when `memento-setup-keys' is called.  Doom's upload module uses
\"r\" too: with it, set another one."
  :type 'string)

(defcustom memento-diff-watch t
  "Whether `memento-setup-keys' has Emacs notice requests for a review.
It then switches `memento-diff-watch-mode' on."
  :type 'boolean)

;;;; Commands of the other files, loaded when they are called

(autoload 'memento-review-comment "memento-review-capture" nil t)
(autoload 'memento-review-region "memento-review-capture" nil t)
(autoload 'memento-review-open "memento-review-log" nil t)
(autoload 'memento-review-list "memento-review-list" nil t)
(autoload 'memento-review-copy-prompt "memento-review" nil t)
(autoload 'memento-review-mode "memento-review-mode" nil t)
(autoload 'global-memento-review-mode "memento-review-mode" nil t)
(autoload 'memento-review-next "memento-review-mode" nil t)
(autoload 'memento-review-previous "memento-review-mode" nil t)
(autoload 'memento-diff-list "memento-diff-list" nil t)
(autoload 'memento-diff-working-tree "memento-diff" nil t)
(autoload 'memento-diff-watch-mode "memento-diff-watch" nil t)
(autoload 'memento-prompts-list "memento-prompts-list" nil t)
(autoload 'memento-prompts-stats "memento-prompts-stats" nil t)
(autoload 'memento-prompts-sync "memento-prompts" nil t)
(autoload 'memento-prompts-template "memento-prompts-template" nil t)
(autoload 'memento-prompts-timeline "memento-prompts-timeline" nil t)
(autoload 'memento-cards-quiz "memento-cards-quiz" nil t)
(autoload 'memento-cards-list "memento-cards-list" nil t)
(autoload 'memento-cards-create "memento-cards-create" nil t)
(autoload 'memento-cards-accept "memento-cards-accept" nil t)
(autoload 'memento-cards-stats "memento-cards-stats" nil t)
(autoload 'memento-cards-import "memento-cards-exchange" nil t)
(autoload 'memento-cards-export "memento-cards-exchange" nil t)
(autoload 'memento-cards-set-algorithm "memento-cards" nil t)
(autoload 'memento-notes-find "memento-notes-find" nil t)
(autoload 'memento-notes-insert "memento-notes-find" nil t)
(autoload 'memento-notes-search "memento-notes-search" nil t)
(autoload 'memento-notes-backlinks "memento-notes-backlinks" nil t)
(autoload 'memento-notes-publish "memento-notes-publish" nil t)
(autoload 'memento-notes-unpublish "memento-notes-publish" nil t)
(autoload 'memento-notes-privacy "memento-notes-tables" nil t)
(autoload 'memento-notes-audit "memento-notes-tables" nil t)
(autoload 'memento-notes-problems "memento-notes-tables" nil t)
(autoload 'memento-notes-mode "memento-notes-mode" nil t)
(autoload 'global-memento-notes-mode "memento-notes-mode" nil t)

;;;; The menu

;;;###autoload (autoload 'memento "memento" nil t)
(transient-define-prefix memento ()
  "The menu of memento's commands."
  [["Remark"
    ("c" "on this line" memento-review-comment)
    ("r" "on the region" memento-review-region)]
   ["Review"
    ("l" "list the remarks" memento-review-list)
    ("o" "open the log" memento-review-open)
    ("y" "copy the prompt" memento-review-copy-prompt)]
   ["In this file"
    ("]" "next remark" memento-review-next :transient t)
    ("[" "previous remark" memento-review-previous :transient t)
    ("m" "mark the remarks" memento-review-mode)]
   ["Diffs to judge"
    ("d" "assistants'" memento-diff-list)
    ("D" "your own" memento-diff-working-tree)]]
  [["Notes"
    ("n" "find or make" memento-notes-find)
    ("s" "search the text" memento-notes-search)
    ("b" "what leads here" memento-notes-backlinks)
    ("i" "insert a link" memento-notes-insert)]
   ["Assistants"
    ("P" "publish this note" memento-notes-publish)
    ("W" "withdraw it" memento-notes-unpublish)
    ("v" "all that they see" memento-notes-privacy)
    ("a" "what they asked" memento-notes-audit)]
   ["Prompts"
    ("p" "what you asked" memento-prompts-list)
    ("t" "a day of them" memento-prompts-timeline)
    ("#" "in numbers" memento-prompts-stats)
    ("u" "use one again" memento-prompts-template)]
   ["State"
    ("!" "problems" memento-notes-problems)]]
  [["Flashcards"
    ("q" "learn" memento-cards-quiz)
    ("Q" "list" memento-cards-list)]
   ["New ones"
    ("C" "write one" memento-cards-create)
    ("A" "accept drafts" memento-cards-accept)]
   ["How it goes"
    ("%" "in numbers" memento-cards-stats)
    ("=" "by which algorithm" memento-cards-set-algorithm)]
   ["Files"
    ("<" "import" memento-cards-import)
    (">" "export" memento-cards-export)]])

;;;; Keys

(defvar memento-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "c") #'memento-review-comment)
    (define-key map (kbd "r") #'memento-review-region)
    (define-key map (kbd "o") #'memento-review-open)
    (define-key map (kbd "l") #'memento-review-list)
    (define-key map (kbd "y") #'memento-review-copy-prompt)
    (define-key map (kbd "d") #'memento-diff-list)
    (define-key map (kbd "D") #'memento-diff-working-tree)
    (define-key map (kbd "n") #'memento-notes-find)
    (define-key map (kbd "s") #'memento-notes-search)
    (define-key map (kbd "b") #'memento-notes-backlinks)
    (define-key map (kbd "i") #'memento-notes-insert)
    (define-key map (kbd "p") #'memento-prompts-list)
    (define-key map (kbd "t") #'memento-prompts-timeline)
    (define-key map (kbd "u") #'memento-prompts-template)
    (define-key map (kbd "q") #'memento-cards-quiz)
    (define-key map (kbd "Q") #'memento-cards-list)
    (define-key map (kbd "C") #'memento-cards-create)
    (define-key map (kbd "A") #'memento-cards-accept)
    (define-key map (kbd "m") #'memento)
    map)
  "Prefix map of memento's commands.")

(defvar doom-leader-map)

(defun memento--setup-evil-keys ()
  "Bind `memento-map' after evil's leader, or Doom's."
  ;; A pair names the prefix for which-key.
  (let ((binding (cons "memento" memento-map)))
    (if (keymapp (bound-and-true-p doom-leader-map))
        (define-key doom-leader-map (kbd memento-leader-key) binding)
      (when (featurep 'evil)
        (require 'memento-evil)
        (memento--evil-leader memento-leader-key binding)))))

;;;; The log, when it is visited

(defun memento--adopt-visited-log ()
  "Adopt the current buffer if it visits the review log, for `find-file-hook'.
Otherwise unsaved edits of the log would be without protection, and its links
as Org has them, until the first command of the session that opens the store."
  (when (and buffer-file-name
             (string-suffix-p ".org" buffer-file-name)
             (not (file-remote-p buffer-file-name)))
    ;; A file that is visited shall open, whatever is wrong here.
    (with-demoted-errors "memento: %S"
      (when (memento-module-available-p)
        (require 'memento-review-log)
        (memento--store)
        (memento--review-log-adopt)))))

;;;; Requests for a review

(declare-function memento-diff-watch-mode "memento-diff-watch")

(defvar memento--diff-watch-setup nil
  "The timer that will switch `memento-diff-watch-mode' on, or nil.")

(defun memento--diff-watch-setup ()
  "Switch `memento-diff-watch-mode' on, if the person wants that."
  (setq memento--diff-watch-setup nil)
  (when memento-diff-watch
    (memento-diff-watch-mode 1)))

;;;; Setting up

;;;###autoload
(defun memento-setup-keys ()
  "Bind `memento-map' to SPC r where Doom or evil is, and to \\`C-c' r everywhere.
The option `memento-leader-key' is the \"r\" of both.  And from now on protect
the review log when it is visited, before any other command of memento, and
notice requests for a review, unless `memento-diff-watch' is nil."
  (interactive)
  (global-set-key (kbd (concat "C-c " memento-leader-key)) (cons "memento" memento-map))
  (memento--setup-evil-keys)
  ;; An init file may load evil later.
  (add-hook 'evil-mode-hook #'memento--setup-evil-keys)
  (add-hook 'find-file-hook #'memento--adopt-visited-log)
  ;; When Emacs has started: nothing here may make that slower.
  (when (and memento-diff-watch (not memento--diff-watch-setup))
    (setq memento--diff-watch-setup (run-with-idle-timer 0.5 nil #'memento--diff-watch-setup))))

(provide 'memento)
;;; memento.el ends here
