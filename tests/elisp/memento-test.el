;;; memento-test.el --- Tests of keys, menu, prompt and evil  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-test-helper)
(require 'memento-diff-list)

(defvar evil-normal-state-map)
(defvar evil-motion-state-map)
(defvar evil-visual-state-map)
(defvar evil-state)
(defvar evil-mode-hook)
(defvar doom-leader-map)
(declare-function evil-mode "ext:evil-core")
(declare-function evil-local-mode "ext:evil-core")
(declare-function evil-set-leader "ext:evil-core")
(declare-function evil-visual-line "ext:evil-states")
(declare-function evil-normal-state-p "ext:evil-states")

(defmacro memento-test-with-keymaps (maps &rest body)
  "Evaluate BODY with copies of MAPS, which it may change."
  (declare (indent 1) (debug t))
  `(cl-letf (,@(mapcar (lambda (map) `((symbol-value ',map) (copy-keymap ,map))) maps)
             (evil-mode-hook nil)
             (find-file-hook find-file-hook))
     (let ((global (copy-keymap (current-global-map)))
           (original (current-global-map)))
       (unwind-protect
           (progn
             (use-global-map global)
             ,@body)
         (use-global-map original)))))

(ert-deftest memento-test-the-prefix-map ()
  (pcase-dolist (`(,key . ,command) '(("c" . memento-review-comment) ("r" . memento-review-region)
                                      ("o" . memento-review-open) ("l" . memento-review-list)
                                      ("y" . memento-review-copy-prompt) ("m" . memento)
                                      ("d" . memento-diff-list) ("D" . memento-diff-working-tree)))
    (should (eq (lookup-key memento-map (kbd key)) command))
    (should (commandp command))))

(ert-deftest memento-test-no-command-on-j-or-k ()
  (dolist (map (list memento-map memento-review-list-mode-map memento-review-capture-mode-map memento-diff-list-mode-map))
    (dolist (key '("j" "k"))
      (should-not (lookup-key map (kbd key))))))

(ert-deftest memento-test-plain-keys ()
  (memento-test-with-keymaps ()
    (cl-letf (((symbol-value 'features) (remq 'evil features)))
      (memento-setup-keys)
      (should (eq (key-binding (kbd "C-c r c")) 'memento-review-comment))
      (let ((memento-leader-key "v"))
        (memento-setup-keys)
        (should (eq (key-binding (kbd "C-c v l")) 'memento-review-list))))))

(ert-deftest memento-test-the-log-is-adopted-before-any-command ()
  (memento-test-with-home
    (memento-test-with-keymaps ()
      (memento-test-add (memento-test-repository "project") 3 "first")
      (setq memento--store nil
            find-file-hook nil)
      (cl-letf (((symbol-value 'features) (remq 'evil features)))
        (memento-setup-keys))
      (find-file (memento-test-write "project/b.py"))
      (should-not memento--store)
      (cl-letf (((symbol-function 'memento-module-available-p) #'ignore))
        (find-file (memento-test-write "a.org")))
      (should-not memento--store)
      (cl-letf (((symbol-function 'memento-core-store-open) (lambda (&rest _) (signal 'memento-io '("broken")))))
        (should (string-match-p "broken" (let ((debug-on-error nil))
                                           (memento-test-messages (find-file (memento-test-write "b.org"))))))
        (should (equal (buffer-name) "b.org")))
      (find-file (memento-test-write "c.org"))
      (should memento--store)
      (should-not (bound-and-true-p memento-review-log-mode))
      (setq memento--store nil)
      (find-file memento-test-log)
      (should memento-review-log-mode)
      (insert "mine")
      (should (file-symlink-p (expand-file-name ".#code_review.org" memento-test-home))))))

(ert-deftest memento-test-loading-does-nothing-for-visited-files ()
  (should (equal (with-temp-buffer
                   (call-process (expand-file-name invocation-name invocation-directory) nil t nil
                                 "-Q" "--batch" "-L" memento--directory
                                 "-l" "memento" "-l" "memento-review-list" "-l" "memento-review-capture"
                                 "-l" "memento-review-mode" "--eval"
                                 "(princ (seq-filter (lambda (hook) (string-match-p \"memento\" (format \"%s\" hook)))
                                                     find-file-hook))")
                   (buffer-string))
                 "nil")))

(ert-deftest memento-test-doom-keys ()
  (memento-test-with-keymaps ()
    (unwind-protect
        (let ((memento-leader-key "R"))
          (setq doom-leader-map (make-sparse-keymap))
          (memento-setup-keys)
          (should (eq (lookup-key doom-leader-map (kbd "R c")) 'memento-review-comment))
          (should-not (lookup-key doom-leader-map (kbd "r"))))
      (makunbound 'doom-leader-map))))

(ert-deftest memento-test-evil-keys ()
  (memento-test-evil)
  (memento-test-with-keymaps (evil-normal-state-map evil-motion-state-map evil-visual-state-map)
    (dolist (map (list evil-normal-state-map evil-motion-state-map evil-visual-state-map))
      (should-not (eq (lookup-key map (kbd "SPC r c")) 'memento-review-comment)))
    (memento-setup-keys)
    (dolist (map (list evil-normal-state-map evil-motion-state-map evil-visual-state-map))
      (should (eq (lookup-key map (kbd "SPC r c")) 'memento-review-comment))
      (should (eq (lookup-key map (kbd "j")) (lookup-key map (kbd "j")))))
    ;; Twice is as good as once.
    (memento-setup-keys)
    (should (eq (lookup-key evil-motion-state-map (kbd "SPC r l")) 'memento-review-list))))

(ert-deftest memento-test-evil-keys-after-a-leader-of-the-person ()
  (memento-test-evil)
  (memento-test-with-keymaps (evil-normal-state-map evil-motion-state-map evil-visual-state-map)
    (evil-set-leader '(normal visual motion) (kbd "SPC"))
    (memento-setup-keys)
    (should (eq (lookup-key evil-normal-state-map (kbd "SPC")) 'evil-send-leader))
    (should (eq (lookup-key evil-normal-state-map (kbd "<leader> r c")) 'memento-review-comment))))

(ert-deftest memento-test-evil-loaded-later ()
  (memento-test-evil)
  (memento-test-with-keymaps (evil-normal-state-map evil-motion-state-map evil-visual-state-map)
    (cl-letf (((symbol-value 'features) (remq 'evil features)))
      (memento-setup-keys)
      (should-not (eq (lookup-key evil-normal-state-map (kbd "SPC r c")) 'memento-review-comment)))
    (run-hooks 'evil-mode-hook)
    (should (eq (lookup-key evil-normal-state-map (kbd "SPC r c")) 'memento-review-comment))))

(ert-deftest memento-test-evil-states-and-keys-of-our-buffers ()
  (memento-test-evil)
  (memento-test-with-home
    (unwind-protect
        (let ((file (memento-test-repository "project")))
          (evil-mode 1)
          (memento-test-add file 3 "first")
          (memento-test-add file 5 "second")
          (find-file file)
          (memento-review-list)
          (should (eq evil-state 'motion))
          (pcase-dolist (`(,key . ,command)
                         '(("RET" . memento-review-list-visit) ("d" . memento-review-list-done)
                           ("r" . memento-review-list-reopen) ("D" . memento-review-list-delete)
                           ("e" . memento-review-list-edit) ("/" . memento-review-list-filter)
                           ("o" . memento-review-list-visit-other-window) ("?" . memento-review-list-menu) ("S" . memento-review-list-sort)
                           ("n" . next-line) ("p" . previous-line) ("q" . quit-window) ("gr" . revert-buffer)
                           ("j" . evil-next-line) ("k" . evil-previous-line) ("gg" . evil-goto-first-line)))
            (should (equal (cons key (key-binding (kbd key))) (cons key command))))
          (memento-review-list-filter-text "nothing")
          (should (string-match-p "gr looks again" (buffer-string)))
          (memento-review-list-filter-clear)
          (evil-local-mode -1)
          (should (eq (key-binding (kbd "g")) 'revert-buffer))
          (find-file file)
          (memento-review-comment)
          (should (eq evil-state 'insert))
          (should (eq (key-binding (kbd "C-c C-c")) 'memento-review-capture-finish))
          (memento-review-capture-abandon))
      (evil-mode -1))))

(ert-deftest memento-test-evil-visual-line ()
  (memento-test-evil)
  (memento-test-with-home
    (unwind-protect
        (progn
          (evil-mode 1)
          (find-file (memento-test-repository "project"))
          (memento-setup-keys)
          (memento-test-goto-line 4)
          (execute-kbd-macro (kbd "Vjj C-c r c"))
          (memento-test-capture "three lines")
          (should (eq evil-state 'normal))
          (should-not (region-active-p))
          (let ((entry (memento-test-entry)))
            (should (equal (list (plist-get entry :line) (plist-get entry :end-line)) '(4 6)))))
      (evil-mode -1)
      (remove-hook 'find-file-hook #'memento--adopt-visited-log)
      (global-unset-key (kbd "C-c r")))))

(ert-deftest memento-test-copies-the-prompt ()
  (memento-test-with-home
    (let ((file (memento-test-repository "project")))
      (memento-test-add file 3 "first")
      (memento-test-add file 4 "second")
      (memento-test-add (memento-test-repository "other") 4 "third")
      (find-file file)
      (should (equal (memento-test-messages (call-interactively #'memento-review-copy-prompt))
                     "Copied the prompt for 2 open remarks in project: paste it to an assistant"))
      (should (string-match-p "memento review next" (current-kill 0)))
      (should (string-match-p "project" (current-kill 0)))
      (let ((current-prefix-arg '(4)))
        (cl-letf (((symbol-function 'completing-read)
                   (lambda (_prompt table &rest _)
                     (should (member "other" (all-completions "" table)))
                     "other")))
          (should (string-match-p "1 open remark in other"
                                  (memento-test-messages (call-interactively #'memento-review-copy-prompt))))))
      ;; In the log and in the list it is that of the remark at point.
      (find-file memento-test-log)
      (search-forward "third")
      (should (string-match-p "1 open remark in other"
                              (memento-test-messages (call-interactively #'memento-review-copy-prompt))))
      (memento-review-list)
      (goto-char (point-min))
      (search-forward "second")
      (should (string-match-p "2 open remarks in project"
                              (memento-test-messages (call-interactively #'memento-review-copy-prompt))))
      (find-file (memento-test-repository "third"))
      (memento-test-should-refuse "No open remarks in project third"
        (call-interactively #'memento-review-copy-prompt)))))

(ert-deftest memento-test-the-menu ()
  (should (commandp 'memento))
  (should (get 'memento 'transient--prefix))
  (should (get 'memento-review-list-filter 'transient--prefix)))

;;; memento-test.el ends here
