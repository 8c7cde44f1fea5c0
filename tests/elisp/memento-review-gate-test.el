;;; memento-review-gate-test.el --- Tests of the test gate  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-test-helper)

(defun memento-test-makefile (file recipe)
  "Give the project of FILE a test target with RECIPE."
  (with-temp-file (expand-file-name "Makefile" (file-name-directory file))
    (insert "test:\n\t" recipe "\n")))

(defun memento-test-gate-ended ()
  "Wait until nothing is tested any more."
  (memento-test-wait (lambda () (null memento--review-gates))))

(ert-deftest memento-gate-test-passing-tests-close ()
  (memento-test-with-list
    (memento-test-makefile a "@echo all is well")
    (memento-test-list-goto "first")
    (let ((told (memento-test-messages
                  (execute-kbd-macro (kbd "d"))
                  (should memento--review-gates)
                  (memento-test-gate-ended))))
      (should (string-match-p "Closed a\\.py:3: .*make test" told)))
    (let ((entry (car (memento-test-entries))))
      (should (plist-get entry :done))
      (should (plist-get entry :closed))
      (should (plist-get entry :resolved-by)))
    (should (= (length (memento-test-rows)) 2))
    ;; Open again.
    (memento-review-list-filter-state "all")
    (memento-test-list-goto "first")
    (should (looking-at-p "DONE"))
    (memento-test-should-refuse "is closed" (memento-review-list-done nil))
    (execute-kbd-macro (kbd "r"))
    (should (looking-at-p "TODO"))
    (should-not (plist-get (car (memento-test-entries)) :done))
    (memento-test-should-refuse "is open" (memento-review-list-reopen))))

(ert-deftest memento-gate-test-failing-tests-do-not ()
  (memento-test-with-list
    (memento-test-makefile a "@echo '\\033[31ma.py:7: broken (\"quoted\")\\033[0m'; exit 1")
    (memento-test-list-goto "first")
    (should (string-match-p "a\\.py:3 stays open"
                            (memento-test-messages
                              (execute-kbd-macro (kbd "d"))
                              (memento-test-gate-ended))))
    (let ((entry (car (memento-test-entries))))
      (should-not (plist-get entry :done))
      ;; The gate took it for the person; whoever fixes it may have it.
      (should-not (plist-get entry :session)))
    (should (looking-at-p "TODO "))
    (should (get-buffer-window "*memento tests*"))
    (should (derived-mode-p 'memento-review-list-mode))
    (with-current-buffer "*memento tests*"
      (should (string-match-p "a\\.py:7: broken (\"quoted\")" (buffer-string)))
      (should-not (string-match-p "\e" (buffer-string)))
      (should (equal default-directory (file-name-directory a)))
      (should (string-match "The whole output: \\(.*\\)" (buffer-string)))
      (should (string-match-p "broken" (memento-test-read (expand-file-name (match-string 1 (buffer-string)))))))))

(ert-deftest memento-gate-test-no-tests-need-a-reason ()
  (memento-test-with-list
    (memento-test-list-goto "third")
    (should (string-match-p "b\\|a\\.py:2 stays open: "
                            (memento-test-messages
                              (execute-kbd-macro (kbd "d"))
                              (memento-test-gate-ended))))
    (cl-letf (((symbol-function 'read-string) (lambda (&rest _) " ")))
      (memento-test-should-refuse "needs a reason" (execute-kbd-macro (kbd "C-u d"))))
    (cl-letf (((symbol-function 'read-string) (lambda (&rest _) "a typo in a comment")))
      (execute-kbd-macro (kbd "C-u d"))
      (memento-test-gate-ended))
    (let ((entry (nth 2 (memento-test-entries))))
      (should (plist-get entry :done))
      (should (string-match-p "a typo in a comment" (plist-get entry :tested))))))

(ert-deftest memento-gate-test-once-at-a-time ()
  (memento-test-with-list
    (memento-test-makefile a "@sleep 0.5")
    (memento-test-list-goto "first")
    (execute-kbd-macro (kbd "d"))
    (should (string-match-p "Testing:a\\.py:3" (memento--gate-mode-line)))
    (should (member memento--gate-mode-line global-mode-string))
    (memento-test-should-refuse "run already" (memento-review-list-done nil))
    ;; Emacs goes on: the person edits meanwhile.
    (memento-test-list-goto "second")
    (execute-kbd-macro (kbd "e"))
    (erase-buffer)
    (memento-test-capture "changed while the tests ran")
    (memento-test-gate-ended)
    (should-not (memento--gate-mode-line))
    (should-not (member memento--gate-mode-line global-mode-string))
    (should (equal (mapcar (lambda (entry) (list (plist-get entry :comment) (plist-get entry :done)))
                           (memento-test-entries))
                   '(("first\nand more" t) ("changed while the tests ran" nil) ("third" nil))))))

(ert-deftest memento-gate-test-changes-made-while-the-tests-ran-are-saved ()
  (memento-test-with-list
    (let ((process (make-pipe-process :name "waiting" :noquery t))
          (waiting "(:event waiting :message \"code_review.org has unsaved changes\")\n")
          (log (find-file-noselect memento-test-log)))
      (process-put process :name "a.py:3")
      (unwind-protect
          (progn
            ;; Nothing to save here: another Emacs has them.
            (should (equal (memento-test-messages (memento--take-events process waiting #'memento--gate-event))
                           "a.py:3 waits: code_review.org has unsaved changes"))
            (with-current-buffer log
              (goto-char (point-max))
              (insert "* Mine\n"))
            (should (string-match-p "\\`Saved code_review\\.org to close a\\.py:3"
                                    (memento-test-messages (memento--take-events process waiting #'memento--gate-event))))
            (should-not (buffer-modified-p log))
            (should (string-match-p "^\\* Mine" (memento-test-read)))
            ;; Both sides have changed: neither is lost, and the filter goes on.
            (with-current-buffer log
              (goto-char (point-max))
              (insert "* Mine too\n"))
            (write-region "* Theirs\n" nil memento-test-log t 'silent)
            (set-file-times memento-test-log (time-add nil 5))
            (should (string-match-p "a\\.py:3 waits: .*changed on disk too"
                                    (memento-test-messages (memento--take-events process waiting #'memento--gate-event))))
            (should (buffer-modified-p log))
            (should-not (string-match-p "Mine too" (memento-test-read))))
        (delete-process process)))))

(ert-deftest memento-gate-test-the-session-is-that-of-the-command-line ()
  (let ((host (string-trim (shell-command-to-string "uname -n"))))
    (pcase-dolist (`(,expected . ,environment)
                   `(("worker" "MEMENTO_SESSION=worker" "USER=ann")
                     (,(concat "ann@" host) "MEMENTO_SESSION=" "USER=ann" "LOGNAME=bob")
                     (,(concat "bob@" host) "MEMENTO_SESSION" "USER=" "LOGNAME=bob")
                     (,(concat "user@" host) "MEMENTO_SESSION" "USER" "LOGNAME=")))
      (let ((process-environment (append environment process-environment)))
        (should (equal (memento--review-session) expected))))))

(ert-deftest memento-gate-test-shows-progress ()
  (let ((process (make-pipe-process :name "progress" :noquery t))
        (memento--gate-told nil)
        (print-escape-newlines t)
        (shown nil)
        (now 1000.0)
        (mini nil))
    (process-put process :name "a.py:15")
    (process-put process :begun now)
    (process-put process :shown now)
    (unwind-protect
        (cl-letf* (((symbol-function 'float-time) (lambda (&rest _) now))
                   ((symbol-function 'current-message) (lambda () shown))
                   ((symbol-function 'active-minibuffer-window) (lambda () mini))
                   (feed (lambda (seconds text)
                           (setq now (+ now seconds))
                           (memento-test-messages
                             (memento--take-events process (format "%S\n" (list :event 'output :text text)) #'memento--gate-event)))))
          (should-not (funcall feed 0.5 "early"))
          (should (equal (funcall feed 0.5 "collecting\n\e[32mok 1\e[0m  \n\n")
                         "Testing before closing a.py:15 … 1 s: ok 1"))
          (setq shown memento--gate-told)
          (should-not (funcall feed 0.9 "at most once a second"))
          (should-not (funcall feed 5 " \n"))
          (should (equal (funcall feed 5.1 "50%\r100%") "Testing before closing a.py:15 … 12 s: 100%"))
          (setq shown memento--gate-told)
          (let ((told (funcall feed 2 (make-string 500 ?x))))
            (should (string-match-p "x…\\'" told))
            (should (< (string-width told) (frame-width))))
          ;; What others say or ask stands.
          (setq shown "Wrote a.py")
          (should-not (funcall feed 2 "text"))
          (setq shown nil
                mini (minibuffer-window))
          (should-not (funcall feed 2 "text"))
          (setq mini nil)
          (should (funcall feed 2 "text")))
      (delete-process process))))

(ert-deftest memento-gate-test-reports-in-pieces ()
  (let* ((events nil)
         (process (make-pipe-process :name "pieces" :noquery t)))
    (unwind-protect
        (cl-letf (((symbol-function 'memento--gate-event) (lambda (_process event) (push event events))))
          (dolist (piece '("(:event out" "put :text \"ä\")\n(:event output :text \"b" "\\nc\")\n\n(:ev"))
            (memento--take-events process piece #'memento--gate-event))
          (should (equal (nreverse events) '((:event output :text "ä") (:event output :text "b\nc")))))
      (delete-process process))))

;;; memento-review-gate-test.el ends here
