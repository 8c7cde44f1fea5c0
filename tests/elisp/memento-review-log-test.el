;;; memento-review-log-test.el --- Tests of the review log as a buffer  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-test-helper)
(require 'org)

(declare-function memento-core-review-edit "ext:memento-core")

(defun memento-test-command-line (file line comment)
  "Add a remark COMMENT about LINE of FILE in another process."
  (let ((status (call-process (expand-file-name invocation-name invocation-directory) nil nil nil
                              "-Q" "--batch" "-L" memento--directory "-l" "memento-module"
                              "--eval" (format "(memento--call 'memento-core-review-add '(:file %S :line %d :comment %S))"
                                               file line comment))))
    (should (eq status 0))))

(ert-deftest memento-log-test-opens-at-the-newest-remark-of-the-project ()
  (memento-test-with-home
    (let ((a (memento-test-repository "project-a"))
          (b (memento-test-repository "project-b")))
      (memento-test-add a 1 "first of a")
      (memento-test-add a 2 "second of a")
      (memento-test-add b 3 "first of b")
      (find-file a)
      (memento-review-open)
      (should (derived-mode-p 'org-mode))
      (should (equal buffer-file-name memento-test-log))
      (should (looking-at-p "\\*\\* TODO .*a\\.py::2"))
      (should-not (invisible-p (point)))
      (find-file b)
      (memento-review-open)
      (should (looking-at-p "\\*\\* TODO .*a\\.py::3"))
      (find-file (memento-test-write "project-c/c.txt"))
      (should (string-match-p "No remark about project project-c" (memento-test-messages (memento-review-open)))))))

(ert-deftest memento-log-test-opens-from-another-machine ()
  (memento-test-with-home
    (memento-test-add (memento-test-repository "project") 2 "only")
    (with-temp-buffer
      (setq default-directory "/ssh:nowhere:/")
      (memento-review-open)
      (should (looking-at-p "\\*\\* TODO .*a\\.py::2")))))

(ert-deftest memento-log-test-opens-only-what-there-is ()
  (memento-test-with-home
    (find-file (memento-test-repository "project"))
    (memento-test-should-refuse "does not exist yet.*memento-review-comment" (memento-review-open))))

(ert-deftest memento-log-test-a-link-leads-to-where-the-line-is-now ()
  (memento-test-with-home
    (dolist (name '("a.py" "with space.py" "br[ack]ets].py" "co::lon.py" "ümläut.py"))
      (let ((file (memento-test-write (concat "project/" name))))
        (memento-test-add file 5 (concat "about " name))
        (memento-test-write (concat "project/" name)
                            (concat "new\nnew\n" (memento-test-read file)))))
    (dolist (name '("a.py" "with space.py" "br[ack]ets].py" "co::lon.py" "ümläut.py"))
      (find-file memento-test-log)
      (memento--store)
      (memento--review-log-buffer)
      (goto-char (point-min))
      (search-forward (concat "about " name))
      (org-back-to-heading t)
      (search-forward "[[file:")
      (let ((org-link-frame-setup '((file . find-file))))
        (should (string-match-p "moved from line 5"
                                (memento-test-messages (execute-kbd-macro (kbd "C-c C-o"))))))
      (should (equal buffer-file-name (concat memento-test-home "/project/" name)))
      (should (equal (line-number-at-pos) 7))
      (should (looking-at-p "line 5$")))))

(ert-deftest memento-log-test-a-link-written-by-hand ()
  (memento-test-with-home
    (let ((file (memento-test-write "project/a.py")))
      (memento-test-write "code_review.org"
                          (format "* Mine\n** TODO [[file:%s::4][a.py:4]] :security:\n   By hand\n\n[[file:%s::9][elsewhere]]\n"
                                  file file))
      (find-file memento-test-log)
      (memento--review-log-buffer)
      (let ((org-link-frame-setup '((file . find-file))))
        (search-forward "a.py:4")
        (should (string-match-p "\\`stale: nothing tells whether this is still its line: *By hand"
                                (memento-test-messages (org-open-at-point))))
        (should (equal (line-number-at-pos) 4))
        ;; A link in the text is Org's own affair.
        (find-file memento-test-log)
        (goto-char (point-min))
        (search-forward "elsewhere")
        (should-not (memento--review-log-on-link-p))
        (org-open-at-point)
        (should (equal buffer-file-name file))
        (should (equal (line-number-at-pos) 9))))))

(ert-deftest memento-log-test-a-stale-link-says-so ()
  (memento-test-with-home
    (let ((file (memento-test-write "project/a.py")))
      (memento-test-add file 5 "text")
      (memento-test-write "project/a.py" "all\nis\ndifferent\n")
      (find-file memento-test-log)
      (memento--review-log-buffer)
      (search-forward "[[file:")
      (let ((org-link-frame-setup '((file . find-file))))
        (should (string-match-p "\\`stale, its line is gone; this was line 5: text"
                                (memento-test-messages (org-open-at-point)))))
      (delete-file file)
      (find-file memento-test-log)
      (memento-test-should-refuse "does not exist any more" (org-open-at-point)))))

(ert-deftest memento-log-test-unsaved-changes-are-saved-before-we-write ()
  (memento-test-with-home
    (let ((file (memento-test-repository "project")))
      (memento-test-add file 1 "old")
      (find-file memento-test-log)
      (goto-char (point-max))
      (insert "* Mine\nnot saved yet\n")
      (should (buffer-modified-p))
      (find-file file)
      (memento-test-goto-line 3)
      (memento-review-comment)
      (memento-test-capture "new")
      (let ((text (memento-test-read)))
        (should (string-match-p "not saved yet" text))
        (should (string-match-p "^   new$" text))
        (with-current-buffer (get-file-buffer memento-test-log)
          (should-not (buffer-modified-p))
          (should (equal (buffer-string) text)))))))

(ert-deftest memento-log-test-changes-on-both-sides-are-nobodys-loss ()
  (memento-test-with-home
    (let ((file (memento-test-repository "project")))
      (memento-test-add file 1 "old")
      (find-file memento-test-log)
      (goto-char (point-max))
      (insert "mine\n")
      ;; Another program that knows no locks.
      (sleep-for 0.01)
      (write-region "* Theirs\n" nil memento-test-log t 'silent)
      (set-file-times memento-test-log (time-add nil 5))
      (let ((disk (memento-test-read))
            (buffer (buffer-string)))
        (find-file file)
        (memento-review-comment)
        (insert "new")
        (memento-test-should-refuse "unsaved changes and changed on disk too" (memento-review-capture-finish))
        (should (equal (buffer-string) "new"))
        (should (equal (memento-test-read) disk))
        (with-current-buffer (get-file-buffer memento-test-log)
          (should (equal (buffer-string) buffer))
          (should (buffer-modified-p)))))))

(ert-deftest memento-log-test-another-process-waits-for-unsaved-changes ()
  (memento-test-with-home
    (let ((file (memento-test-repository "project")))
      (memento-test-add file 1 "old")
      (find-file memento-test-log)
      (memento--review-log-buffer)
      (goto-char (point-max))
      (insert "mine\n")
      (should (file-symlink-p (expand-file-name ".#code_review.org" memento-test-home)))
      (should-error (memento-test-add file 2 "behind our back") :type 'memento-locked)
      (should-not (string-match-p "behind our back" (memento-test-read)))
      (save-buffer)
      (memento-test-add file 2 "behind our back")
      (should (string-match-p "mine\n" (memento-test-read)))
      (should (string-match-p "behind our back" (memento-test-read))))))

(ert-deftest memento-log-test-locks-stand-also-where-they-are-turned-off ()
  (memento-test-with-home
    (let ((create-lockfiles nil))
      (memento-test-add (memento-test-repository "project") 1 "old")
      (find-file memento-test-log)
      (memento--review-log-buffer)
      (goto-char (point-max))
      (insert "mine\n")
      (should (file-symlink-p (expand-file-name ".#code_review.org" memento-test-home))))))

(ert-deftest memento-log-test-locks-stand-beside-the-log-wherever-others-are ()
  (memento-test-with-home
    (let* ((directory (file-name-as-directory (expand-file-name "locks" memento-test-home)))
           (lock-file-name-transforms `((".*" ,directory t)))
           (lock (expand-file-name ".#code_review.org" memento-test-home))
           (locks (lambda () (directory-files directory nil "code_review"))))
      (make-directory directory)
      (memento-test-add (memento-test-repository "project") 1 "old")
      ;; Edited before it is adopted: the lock moves, and moves back.
      (with-current-buffer (let ((find-file-hook nil)) (find-file-noselect memento-test-log))
        (should-not memento-review-log-mode)
        (goto-char (point-max))
        (insert "mine\n")
        (should (funcall locks))
        (memento-review-log-mode 1)
        (should (file-symlink-p lock))
        (should-not (funcall locks))
        (memento-review-log-mode -1)
        (should (funcall locks))
        (should-not (file-symlink-p lock))
        (should-not (local-variable-p 'lock-file-name-transforms))
        (save-buffer)
        (memento-review-log-mode 1)
        (insert "mine\n")
        (should (file-symlink-p lock))))))

(ert-deftest memento-log-test-a-clean-buffer-follows-with-point-kept ()
  (memento-test-with-home
    (let ((file (memento-test-repository "project")))
      (dotimes (i 3)
        (memento-test-add file (1+ i) (format "remark %d" i)))
      (find-file memento-test-log)
      (memento--review-log-buffer)
      (search-forward "remark 1")
      (backward-char 3)
      (split-window-below)
      (other-window 1)
      (goto-char (point-min))
      (search-forward "remark 2")
      (let ((other (next-window)))
        (find-file file)
        ;; Above both points and between them, both before the buffer follows.
        (memento--call #'memento-core-review-edit (plist-get (nth 0 (memento-test-entries)) :id)
                       '(:comment "longer\nthan\nbefore"))
        (memento--review-change #'memento-core-review-edit (plist-get (nth 2 (memento-test-entries)) :id)
                                '(:category "security"))
        (with-current-buffer (get-file-buffer memento-test-log)
          (should-not (buffer-modified-p))
          (should (equal (buffer-string) (memento-test-read)))
          (goto-char (window-point other))
          (should (looking-at-p "k 1$")))))))

(ert-deftest memento-log-test-a-clean-buffer-follows-other-processes ()
  (memento-test-with-home
    (let ((file (memento-test-repository "project"))
          (auto-revert-interval 0.1)
          (auto-revert-use-notify nil)
          (auto-revert-timer nil))
      (memento-test-add file 1 "old")
      (find-file memento-test-log)
      (memento--review-log-buffer)
      (should auto-revert-mode)
      (search-forward "old")
      (memento-test-command-line file 2 "from outside")
      (unwind-protect
          (memento-test-wait (lambda ()
                               (auto-revert-buffers)
                               (string-match-p "from outside" (buffer-string))))
        (auto-revert-mode -1))
      (should (looking-back "   old" (line-beginning-position))))))

(ert-deftest memento-log-test-a-visited-log-is-adopted ()
  (memento-test-with-home
    (memento-test-add (memento-test-repository "project") 1 "old")
    ;; Also under another name.
    (make-symbolic-link memento-test-log (expand-file-name "link.org" memento-test-home))
    (find-file (expand-file-name "link.org" memento-test-home))
    (should memento-review-log-mode)
    (revert-buffer t t)
    (should memento-review-log-mode)
    (should auto-revert-mode)
    (find-file (memento-test-write "other.org" "* x\n"))
    (should-not memento-review-log-mode)
    (memento-review-log-mode 1)
    (memento-review-log-mode -1)
    (should-not auto-revert-mode)
    (should-not (local-variable-p 'create-lockfiles))))

(ert-deftest memento-log-test-a-hook-that-fails-loses-nothing ()
  (memento-test-with-home
    (let ((memento-review-changed-hook (list (lambda () (error "Broken")))))
      (find-file (memento-test-repository "project"))
      (memento-review-comment)
      (let ((debug-on-error nil))
        (memento-test-capture "text"))
      (should (equal (plist-get (memento-test-entry) :comment) "text")))))

;;; memento-review-log-test.el ends here
