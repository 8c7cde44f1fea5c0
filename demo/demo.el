;;; demo.el --- A first look at memento  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Loaded by demo.sh: the first screen of the demo in a terminal, and the Emacs steps of the story in batch.

;;; Code:

(require 'memento)

(defvar memento-demo-file (expand-file-name "sample/greet.sh" (getenv "HOME"))
  "The file that the demo starts in.")

(defun memento-demo--load-evil ()
  "Turn evil on where Debian has it installed."
  (dolist (pattern '("elpa/goto-chg-*" "elpa-src/goto-chg-*" "elpa/evil-[0-9]*" "elpa-src/evil-[0-9]*"))
    (dolist (directory (file-expand-wildcards (concat "/usr/share/emacs/site-lisp/" pattern)))
      (add-to-list 'load-path directory)))
  (setq-default evil-want-integration t
                evil-undo-system 'undo-redo)
  (when (require 'evil nil t)
    (funcall 'evil-mode 1)))

(defun memento-demo--keys (prefix)
  "Return what the first screen says, with PREFIX as the leader."
  (format "A throw-away home with a small repository, ~/sample, a review log and notes.
Its tests fail: somebody wrote $nmae in line 5 of greet.sh, below.

  %s c    log a remark on this line: type it, C-c C-c (or C-c C-k)
  %s l    the list: RET visits, d closes if the tests pass, ? explains
  %s o    the log, an Org file of yours; y copies an assistant's prompt
  %s d    judge a diff: bob, an assistant, waits for a review of one
  %s n    find a note (three are there); s searches, b shows what links here
  %s p    what was asked of assistants: 1-5 rates, T shows the day
  %s q    flashcards: SPC shows the answer, then 1-5; A accepts drafts
  %s m    the menu of all this; C-x C-c leaves, and the home is removed

Be the assistant too: M-x shell, then  memento review next  and, before and
after a fix,  memento review done ID
" prefix prefix prefix prefix prefix prefix prefix prefix))

(defun memento-demo ()
  "Show the first screen: what to press, and below it the code."
  (setq inhibit-startup-screen t
        ring-bell-function #'ignore)
  (memento-demo--load-evil)
  (memento-setup-keys)
  (global-memento-review-mode 1)
  (let ((inhibit-message t))
    (find-file memento-demo-file))
  (display-line-numbers-mode 1)
  (goto-char (point-min))
  (forward-line 4)
  (let ((buffer (get-buffer-create "*memento demo*")))
    (with-current-buffer buffer
      (special-mode)
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert (memento-demo--keys (if (featurep 'evil) "SPC r" "C-c r"))))
      (set-buffer-modified-p nil)
      (goto-char (point-min)))
    (delete-other-windows)
    (let ((window (split-window (selected-window) -15 'above)))
      (set-window-buffer window buffer)
      (set-window-dedicated-p window t))))

(defun memento-demo-remark ()
  "Log a remark by keys, as a person does."
  (memento-setup-keys)
  (let ((inhibit-message t))
    (find-file memento-demo-file))
  (goto-char (point-min))
  (forward-line 4)
  (execute-kbd-macro (kbd "C-c r c"))
  (princ (format "The capture buffer %s is open.\n" (buffer-name)))
  (execute-kbd-macro (vconcat "This greets nobody: the variable is misspelt." (kbd "C-c C-t") "correctness\r" (kbd "C-c C-c")))
  (princ (format "You are back in %s, line %d.\n" (buffer-name) (line-number-at-pos))))

(defun memento-demo-judge ()
  "Judge the diff that waits by keys, as a person does, and print what it looked like."
  (let ((inhibit-message t))
    (memento-setup-keys)
    (find-file memento-demo-file)
    (execute-kbd-macro (kbd "C-c r d RET a"))
    (execute-kbd-macro (vconcat "r" "Now the tests pass whatever they find: mend the code, not the tests." (kbd "RET"))))
  (message "%s" (buffer-string))
  (execute-kbd-macro (kbd "C-c C-c C-c C-r C-c C-c")))

(defun memento-demo-list ()
  "Print the list of all remarks as it stands on the screen."
  (setq memento-review-list-state "all")
  (memento-review-list)
  (princ (buffer-string)))

(defun memento-demo-accept ()
  "Look at the first draft, accept all by keys, and print what it looked like."
  (let ((inhibit-message t))
    (memento-setup-keys)
    (execute-kbd-macro (kbd "C-c r A"))
    (princ (buffer-string))
    (execute-kbd-macro (kbd "! y"))
    (princ (buffer-string))))

(defun memento-demo-quiz ()
  "Learn by keys, as a person does, and print the first card and the end."
  (let ((inhibit-message t))
    (memento-setup-keys)
    (execute-kbd-macro (kbd "C-c r q SPC"))
    (princ (buffer-string))
    ;; The second one is not known at first, and comes again.
    (execute-kbd-macro (kbd "4 SPC 1"))
    (while memento--quiz-card
      (execute-kbd-macro (kbd "SPC 4")))
    (princ (buffer-string))))

(defvar memento--quiz-card)
(defvar memento-review-list-state)

(provide 'demo)
;;; demo.el ends here
