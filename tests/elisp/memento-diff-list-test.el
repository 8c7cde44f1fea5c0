;;; memento-diff-list-test.el --- Tests of the list of requests  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-diff-queue-test-helper)

(declare-function evil-mode "ext:evil-core")
(declare-function memento-core-diff-begin "ext:memento-core")
(defvar evil-state)

(defmacro memento-diff-test-with-list (&rest body)
  "Evaluate BODY in a list of two requests.
The variables `shop' and `blog' are their repositories, `first' and `second' the
ids."
  (declare (indent 0) (debug t))
  `(memento-test-with-home
     (let* ((shop (memento-diff-test-changed "shop"))
            (blog (memento-diff-test-changed "blog"))
            (first (memento-diff-test-ask shop "claude-1" "Sell more"))
            (second (memento-diff-test-ask blog "claude-2" "Write more")))
       (ignore first second)
       (find-file (expand-file-name "a.py" shop))
       (memento-diff-list)
       ,@body)))

(defmacro memento-diff-test-opening (&rest body)
  "Evaluate BODY and return the list of what reviews it opened."
  (declare (indent 0) (debug t))
  `(let (opened)
     (cl-letf (((symbol-function 'memento--diff-review) (lambda (&rest arguments) (push arguments opened))))
       ,@body)
     (nreverse opened)))

(defun memento-diff-test-rows ()
  "Return the rows of the list, with one blank for several."
  (mapcar (lambda (row) (string-trim (replace-regexp-in-string " +" " " row))) (memento-test-rows)))

(ert-deftest memento-diff-list-test-the-oldest-first ()
  (memento-diff-test-with-list
    (should (equal (memento-diff-test-rows)
                   '("waiting 0m claude-1 shop main 1 +1 −0 1 Sell more"
                     "waiting 0m claude-2 blog main 1 +1 −0 1 Write more")))
    (should (equal mode-line-process " [2 waiting]"))
    (should (= (line-number-at-pos) 1))))

(ert-deftest memento-diff-list-test-one-request-is-no-reason-to-open-it ()
  (memento-test-with-home
    (memento-diff-test-ask (memento-diff-test-changed "shop") "claude-1" "Sell more")
    (should-not (memento-diff-test-opening (memento-diff-list)))
    (should (derived-mode-p 'memento-diff-list-mode))))

(ert-deftest memento-diff-list-test-an-empty-list-says-what-to-do ()
  (memento-test-with-home
    (memento-diff-list)
    (should (string-match-p "No review waits for you\\.\n\n.*diff_request" (buffer-string)))
    (should (string-match-p "t shows closed ones, g looks again, q leaves" (buffer-string)))
    (dolist (line (split-string (buffer-string) "\n"))
      (should (< (string-width line) 80)))
    (memento-test-should-refuse "No request on this line" (memento-diff-list-visit))
    (execute-kbd-macro (kbd "t"))
    (should (string-match-p "Nobody has asked" (buffer-string)))))

(ert-deftest memento-diff-list-test-long-and-wide-titles-fit ()
  (memento-test-with-home
    (let ((shop (memento-diff-test-changed "a-repository-with-a-long-name")))
      (memento-test-git shop "checkout" "-q" "-b" "feature/a-branch-with-a-long-name")
      (memento-diff-test-ask shop "claude-code-session-17" "漢字のとても長い題名 goes on and on and on and on")
      (memento-diff-test-ask (memento-diff-test-changed "b") "漢字漢字漢字漢字" "Two\nlines \e[31m")
      (memento-diff-list)
      (should (string-match-p " Two lines \\[31m\\'" (cadr (memento-test-rows))))
      ;; Titles are below each other, and something of them is to be seen.
      (let ((columns (mapcar (lambda (title)
                               (goto-char (point-min))
                               (search-forward title)
                               (goto-char (match-beginning 0))
                               (current-column))
                             '("漢字のとても" "Two lines"))))
        (should (= (car columns) (cadr columns)))
        (should (<= (car columns) 60)))
      (should truncate-lines))))

(ert-deftest memento-diff-list-test-return-opens ()
  (memento-diff-test-with-list
    (should (equal (memento-diff-test-opening (execute-kbd-macro (kbd "RET"))) `((,first))))
    (should (equal (memento-diff-test-opening (execute-kbd-macro (kbd "n o"))) `((,second))))))

(ert-deftest memento-diff-list-test-what-another-emacs-has-is-taken-over-after-asking ()
  (memento-diff-test-with-list
    (let ((other (start-process "other" nil (expand-file-name invocation-name invocation-directory)
                                "-Q" "--batch" "-L" memento--directory "-l" "memento-module" "--eval"
                                (format "(progn (require 'memento-core (getenv \"MEMENTO_MODULE\"))
                                                (memento--call #'memento-core-diff-begin %S nil)
                                                (sleep-for 60))"
                                        first)))
          asked)
      (unwind-protect
          (progn
            (memento-test-wait (lambda ()
                                 (revert-buffer)
                                 (string-prefix-p "in review" (car (memento-diff-test-rows)))))
            (cl-letf (((symbol-function 'memento--diff-review)
                       (lambda (id &optional take-over)
                         (memento--call #'memento-core-diff-begin id take-over)
                         'opened))
                      ((symbol-function 'y-or-n-p) (lambda (prompt) (setq asked prompt) nil)))
              (memento-test-should-refuse "Left as it is" (memento-diff-list-visit))
              (should (string-match-p (format "@.*, Emacs %d has %s open\\.  Take it over\\? \\'" (process-id other) first)
                                      asked))
              (cl-letf (((symbol-function 'y-or-n-p) #'always))
                (should (eq (memento-diff-list-visit) 'opened)))
              ;; Now this Emacs has it.
              (setq asked nil)
              (should (eq (memento-diff-list-visit) 'opened))
              (should-not asked)))
        (delete-process other)))))

(ert-deftest memento-diff-list-test-closed-ones-and-their-verdicts ()
  (memento-diff-test-with-list
    (memento-test-should-refuse "There is no verdict on claude-1 on shop" (memento-diff-list-verdict))
    (memento-diff-test-decide first "changes-requested" :remark "Cheaper, please")
    (revert-buffer)
    (should (equal (memento-diff-test-rows) '("waiting 0m claude-2 blog main 1 +1 −0 1 Write more")))
    (execute-kbd-macro (kbd "t"))
    (should (equal (memento-diff-test-rows)
                   '("waiting 0m claude-2 blog main 1 +1 −0 1 Write more"
                     "changes 0m claude-1 shop main 1 +1 −0 1 Sell more")))
    (should (equal mode-line-process " [1 of 2]"))
    (memento-test-list-goto "Sell more")
    (let ((windows (current-window-configuration)))
      (should-not (memento-diff-test-opening (execute-kbd-macro (kbd "RET"))))
      (should (equal (buffer-name) "*memento verdict*"))
      (should (string-match-p (concat "\\`claude-1 on shop: Sell more\n[-0-9]+ [0-9:]+, .*Emacs [0-9]+\n\n"
                                      "CHANGES REQUESTED: " first "\\(?:.\\|\n\\)*Cheaper, please")
                              (buffer-string)))
      (should (derived-mode-p 'special-mode))
      (execute-kbd-macro (kbd "q"))
      (should (compare-window-configurations windows (current-window-configuration))))
    (should (equal (memento-diff-test-opening (execute-kbd-macro (kbd "o"))) `((,first))))
    ;; A new round has a row of its own.
    (memento-diff-test-ask shop "claude-1" "Sell more")
    (revert-buffer)
    (should (member "waiting 0m claude-1 shop main 1 +1 −0 2 Sell more" (memento-diff-test-rows)))
    (execute-kbd-macro (kbd "t"))
    (should (= (length (memento-diff-test-rows)) 2))))

(ert-deftest memento-diff-list-test-dropping-one ()
  (memento-diff-test-with-list
    (cl-letf (((symbol-function 'y-or-n-p) #'ignore))
      (execute-kbd-macro (kbd "D"))
      (should (= (length (memento-diff-test-rows)) 2)))
    (let (asked)
      (cl-letf (((symbol-function 'y-or-n-p) (lambda (prompt) (setq asked prompt)))
                ((symbol-function 'read-string) (lambda (&rest _) " Not wanted ")))
        (should (equal (memento-test-messages (execute-kbd-macro (kbd "D"))) "Abandoned: claude-1 on shop"))
        (should (equal asked "Tell claude-1 on shop to drop the whole change? "))))
    (should (= (length (memento-diff-test-rows)) 1))
    (execute-kbd-macro (kbd "t"))
    (memento-test-list-goto "abandoned")
    (memento-test-should-refuse "closed" (memento-diff-list-abandon))
    (memento-diff-list-verdict)
    (should (string-match-p "^ABANDONED" (buffer-string)))
    (should (string-match-p "Not wanted" (buffer-string)))))

(ert-deftest memento-diff-list-test-copying-the-id ()
  (memento-diff-test-with-list
    (should (equal (memento-test-messages (execute-kbd-macro (kbd "n w"))) (concat "Copied " second)))
    (should (equal (current-kill 0) second))))

(ert-deftest memento-diff-list-test-it-is-up-to-date-by-itself ()
  (memento-diff-test-with-watch
    (let* ((shop (memento-diff-test-changed "shop"))
           (blog (memento-diff-test-changed "blog"))
           (first (memento-diff-test-ask shop "claude-1" "Sell more")))
      (memento-diff-test-ask blog "claude-2" "Write more")
      (memento-diff-test-wait-for-count 2)
      (memento-diff-list)
      (memento-test-list-goto "Write more")
      (move-to-column 16)
      (split-window)
      (other-window 1)
      (switch-to-buffer "*scratch*")
      (memento-diff-test-decide first "approved" :approve-rest t)
      (memento-test-wait
       (lambda ()
         (with-current-buffer "*memento diffs*"
           (equal (memento-diff-test-rows) '("waiting 0m claude-2 blog main 1 +1 −0 1 Write more")))))
      (memento-diff-test-ask shop "claude-3" "Sell less")
      (memento-test-wait
       (lambda () (with-current-buffer "*memento diffs*" (= (length (memento-diff-test-rows)) 2))))
      ;; Point is at the same request in the window.
      (other-window 1)
      (should (looking-at-p "laude-2 +blog"))
      ;; What nobody sees is filled when somebody does.
      (switch-to-buffer "*scratch*")
      (memento-diff-test-ask blog "claude-4" "Write less")
      (memento-diff-test-wait-for-count 3)
      (with-current-buffer "*memento diffs*"
        (should (= (length (memento-diff-test-rows)) 2))
        (should memento--diff-list-outdated))
      (switch-to-buffer "*memento diffs*")
      (run-hooks 'window-configuration-change-hook)
      (should (= (length (memento-diff-test-rows)) 3)))))

(ert-deftest memento-diff-list-test-says-who-has-it-open ()
  (should (equal (memento--diff-list-state (list :state 'in-review :reviewer (format "ann@h, Emacs %d" (emacs-pid))))
                 "open here"))
  (should (equal (memento--diff-list-state (list :state 'in-review :reviewer (format "ann@h, Emacs 1%d" (emacs-pid))))
                 "in review")))

(ert-deftest memento-diff-list-test-the-windows-come-back ()
  (memento-test-with-home
    (let ((shop (memento-diff-test-changed "shop")))
      (memento-diff-test-ask shop "claude-1" "Sell more")
      (find-file (expand-file-name "a.py" shop))
      (split-window-right)
      (goto-char 30)
      (let ((windows (current-window-configuration))
            (before (buffer-name)))
        (memento-diff-list)
        (execute-kbd-macro (kbd "t g"))
        (execute-kbd-macro (kbd "q"))
        (should (equal (buffer-name) before))
        (should (= (point) 30))
        (should (compare-window-configurations windows (current-window-configuration)))))))

(ert-deftest memento-diff-list-test-sorting ()
  (memento-diff-test-with-list
    (memento-test-list-goto "Sell")
    (search-forward "claude")
    (execute-kbd-macro (kbd "S S"))
    (should (string-match-p "claude-2" (car (memento-diff-test-rows))))
    ;; It stays so.
    (memento-diff-test-ask shop "claude-3" "Third")
    (revert-buffer)
    (should (string-match-p "claude-3" (car (memento-diff-test-rows))))
    (dolist (name '("Age" "Files" "+/−" "R"))
      (tabulated-list-sort (seq-position tabulated-list-format name (lambda (column name) (equal (car column) name))))
      (should (= (length (memento-diff-test-rows)) 3)))))

(ert-deftest memento-diff-list-test-evil-keys ()
  (memento-test-evil)
  (unwind-protect
      (progn
        (evil-mode 1)
        (memento-diff-test-with-list
          (should (eq evil-state 'motion))
          (pcase-dolist (`(,key . ,command)
                         '(("RET" . memento-diff-list-visit) ("o" . memento-diff-list-open)
                           ("v" . memento-diff-list-verdict) ("t" . memento-diff-list-toggle)
                           ("w" . memento-diff-list-copy) ("D" . memento-diff-list-abandon)
                           ("?" . memento-diff-list-menu) ("S" . tabulated-list-sort)
                           ("n" . next-line) ("p" . previous-line) ("q" . quit-window) ("gr" . revert-buffer)
                           ("j" . evil-next-line) ("k" . evil-previous-line) ("gg" . evil-goto-first-line)))
            (should (equal (cons key (key-binding (kbd key))) (cons key command))))
          (memento-diff-test-decide first "abandoned")
          (memento-diff-test-decide second "abandoned")
          (revert-buffer)
          (should (string-match-p "gr looks again" (buffer-string)))
          (execute-kbd-macro "t")
          (memento-test-list-goto "Write")
          (execute-kbd-macro "v")
          (should (equal (buffer-name) "*memento verdict*"))
          (execute-kbd-macro "q")
          (should (derived-mode-p 'memento-diff-list-mode))))
    (evil-mode -1)))

;;;; One's own changes

(defmacro memento-diff-test-working-tree (&rest arguments)
  "Call `memento-diff-working-tree' with ARGUMENTS; return the request."
  `(progn
     (should (memento-diff-test-opening (memento-diff-working-tree ,@arguments)))
     (seq-find (lambda (request) (memq (plist-get request :state) '(waiting in-review))) (memento-diff-test-requests))))

(ert-deftest memento-diff-working-tree-test-opens-the-review ()
  (memento-test-with-home
    (let ((shop (memento-diff-test-changed "shop")))
      (find-file (expand-file-name "a.py" shop))
      (let ((request (memento-diff-test-working-tree nil)))
        (should (plist-get request :own))
        (should (equal (plist-get request :repository) (directory-file-name shop)))
        (should (equal (plist-get request :session) (memento--review-session)))
        (should (= (plist-get request :added) 1)))
      (memento-diff-list)
      (should (equal (memento-diff-test-rows) '("waiting 0m you shop main 1 +1 −0 1 a.py")))
      (cl-letf (((symbol-function 'y-or-n-p)
                 (lambda (prompt) (string-match-p "review of your changes in shop (the files stay" prompt))))
        (memento-diff-list-abandon))
      (should (string-match-p "No review waits" (buffer-string)))
      (should (equal (memento-test-git shop "status" "--short") "M a.py")))))

(ert-deftest memento-diff-working-tree-test-since-a-revision ()
  (memento-test-with-home
    (let ((shop (memento-diff-test-changed "shop")))
      (memento-test-git shop "commit" "-qam" "Second")
      (find-file (expand-file-name "a.py" shop))
      (memento-test-should-refuse "nothing to review" (memento-diff-working-tree nil))
      (memento-test-should-refuse "no-such" (memento-diff-working-tree "no-such"))
      (cl-letf (((symbol-function 'completing-read)
                 (lambda (_prompt table &rest _)
                   (should (member "main" (all-completions "" table)))
                   "HEAD~1"))
                (current-prefix-arg '(4)))
        (should (memento-diff-test-opening (call-interactively #'memento-diff-working-tree))))
      (should (equal (plist-get (car (memento-diff-test-requests)) :scope) "since HEAD~1")))))

(ert-deftest memento-diff-working-tree-test-outside-of-a-repository ()
  (memento-test-with-home
    (find-file (memento-test-write "plain/a.py"))
    (memento-test-should-refuse "a\\.py is in no git repository" (memento-diff-working-tree nil))
    (let ((default-directory "/ssh:nowhere.invalid:/tmp/"))
      (with-temp-buffer
        (memento-test-should-refuse "another machine" (memento-diff-working-tree nil))))))

(ert-deftest memento-diff-working-tree-test-offers-to-save-the-repository-s-buffers ()
  (memento-test-with-home
    (let ((shop (memento-diff-test-changed "shop"))
          (blog (memento-diff-test-changed "blog"))
          asked)
      (dolist (directory (list blog shop))
        (find-file (expand-file-name "a.py" directory))
        (goto-char (point-min))
        (insert "unsaved\n"))
      (cl-letf (((symbol-function 'map-y-or-n-p)
                 (lambda (prompt act list &rest _)
                   (dolist (buffer list)
                     (when (stringp (funcall prompt buffer))
                       (push buffer asked)
                       (funcall act buffer))))))
        (should (= (plist-get (memento-diff-test-working-tree nil) :added) 2))
        (should (equal asked (list (current-buffer)))))
      (should-not (buffer-modified-p))
      (should (buffer-modified-p (find-buffer-visiting (expand-file-name "a.py" blog)))))))

;;; memento-diff-list-test.el ends here
