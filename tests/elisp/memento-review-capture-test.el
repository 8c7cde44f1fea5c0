;;; memento-review-capture-test.el --- Tests of writing a remark  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-test-helper)

(defun memento-test-windows ()
  "Return the state of the frame: each window with its buffer and point."
  (mapcar (lambda (window)
            (list (window-buffer window) (window-edges window) (window-start window) (window-point window)
                  (eq window (selected-window))))
          (window-list nil 'never)))

(ert-deftest memento-capture-test-a-line ()
  (memento-test-with-home
    (find-file (memento-test-repository "project"))
    (memento-test-goto-line 5)
    (memento-review-comment)
    (should (eq (window-buffer) (current-buffer)))
    (should (string-match-p "a\\.py:5 .*C-c C-c.*C-c C-k" (memento--capture-header 80)))
    (memento-test-capture "  Catch specific exceptions.\nAll of them.\n\n")
    (let ((entry (memento-test-entry)))
      (should (equal (plist-get entry :comment) "Catch specific exceptions.\nAll of them."))
      (should (equal (plist-get entry :project) "project"))
      (should (equal (plist-get entry :line) 5))
      (should (equal (plist-get entry :anchor) "line 5"))
      (should-not (plist-get entry :category))
      (should-not (plist-get entry :done)))))

(ert-deftest memento-capture-test-an-active-region ()
  (memento-test-with-home
    (find-file (memento-test-repository "project"))
    (transient-mark-mode 1)
    (memento-test-goto-line 5)
    (push-mark nil t t)
    (memento-test-goto-line 8)
    (should (use-region-p))
    (call-interactively #'memento-review-comment)
    (memento-test-capture "A region" "security")
    (should-not (region-active-p))
    (let ((entry (memento-test-entry)))
      (should (equal (plist-get entry :line) 5))
      (should (equal (plist-get entry :end-line) 7))
      (should (equal (string-trim-right (plist-get entry :region)) "line 5\nline 6\nline 7"))
      (should (equal (plist-get entry :category) "security")))))

(ert-deftest memento-capture-test-region-needs-a-region ()
  (memento-test-with-home
    (find-file (memento-test-repository "project"))
    (deactivate-mark)
    (memento-test-should-refuse "No region is active" (call-interactively #'memento-review-region))
    (transient-mark-mode 1)
    (push-mark nil t t)
    (memento-test-goto-line 3)
    (call-interactively #'memento-review-region)
    (memento-test-capture "Two lines")
    (should (equal (plist-get (memento-test-entry) :end-line) 2))))

(ert-deftest memento-capture-test-windows-and-point-come-back ()
  (memento-test-with-home
    (find-file (memento-test-write "other.txt"))
    (split-window-below)
    (find-file (memento-test-repository "project"))
    (memento-test-goto-line 12)
    (forward-char 3)
    (dolist (end (list (lambda () (memento-test-capture "text"))
                       #'memento-review-capture-abandon))
      (let ((before (memento-test-windows))
            (point (point))
            (buffer (current-buffer)))
        (memento-review-comment)
        (should-not (equal (memento-test-windows) before))
        ;; What the person does meanwhile does not matter.
        (delete-other-windows)
        (with-current-buffer buffer (goto-char (point-min)))
        (funcall end)
        (should (eq (current-buffer) buffer))
        (should (= (point) point))
        (should (equal (memento-test-windows) before))
        (should-not (seq-find (lambda (b) (string-match-p "memento remark" (buffer-name b))) (buffer-list)))))))

(ert-deftest memento-capture-test-empty-is-not-logged ()
  (memento-test-with-home
    (find-file (memento-test-repository "project"))
    (memento-review-comment)
    (insert " \n ")
    (memento-test-should-refuse "empty" (memento-review-capture-finish))
    (should (derived-mode-p 'memento-review-capture-mode))
    (memento-review-capture-abandon)
    (should-not (file-exists-p memento-test-log))))

(ert-deftest memento-capture-test-abandoned-text-comes-back ()
  (memento-test-with-home
    (find-file (memento-test-repository "project"))
    (dolist (text '("first" "second" "first"))
      (memento-review-comment)
      (insert text)
      (memento-review-capture-abandon))
    (should-not (file-exists-p memento-test-log))
    (memento-review-comment)
    (insert "new")
    (execute-kbd-macro (kbd "M-p"))
    (should (equal (buffer-string) "first"))
    (execute-kbd-macro (kbd "M-p"))
    (should (equal (buffer-string) "second"))
    (memento-test-should-refuse "No older" (memento-review-capture-recall 1))
    (should (equal (buffer-string) "second"))
    (execute-kbd-macro (kbd "M-n M-n"))
    (should (equal (buffer-string) "new"))
    (memento-test-should-refuse "No newer" (memento-review-capture-recall-newer 1))
    (execute-kbd-macro (kbd "M-p C-c C-c"))
    (should (equal (plist-get (memento-test-entry) :comment) "first"))))

(ert-deftest memento-capture-test-nothing-to-recall ()
  (memento-test-with-home
    (find-file (memento-test-repository "project"))
    (memento-review-comment)
    (memento-test-should-refuse "No remark was abandoned" (memento-review-capture-recall 1))))

(ert-deftest memento-capture-test-killing-the-buffer-keeps-the-text ()
  (memento-test-with-home
    (find-file (memento-test-repository "project"))
    (memento-review-comment)
    (insert "precious")
    (kill-buffer)
    (should (equal (ring-ref memento-review-capture-ring 0) "precious"))))

(ert-deftest memento-capture-test-a-refused-remark-is-not-lost ()
  (memento-test-with-home
    (find-file (memento-test-repository "project"))
    (memento-review-comment)
    (insert "precious")
    ;; Not a file: the log cannot be written.
    (make-directory memento-test-log)
    (should-error (memento-review-capture-finish))
    (should (derived-mode-p 'memento-review-capture-mode))
    (should (equal (buffer-string) "precious"))
    (delete-directory memento-test-log)
    (memento-review-capture-finish)
    (should (equal (plist-get (memento-test-entry) :comment) "precious"))))

(ert-deftest memento-capture-test-in-the-minibuffer ()
  (memento-test-with-home
    (find-file (memento-test-repository "project"))
    (memento-test-goto-line 2)
    (cl-letf (((symbol-function 'read-string)
               (lambda (prompt &rest _)
                 (should (string-match-p "a\\.py:2" prompt))
                 "quick")))
      (memento-review-comment '(4)))
    (should (equal (plist-get (memento-test-entry) :comment) "quick"))
    (cl-letf (((symbol-function 'read-string) (lambda (&rest _) "  ")))
      (memento-test-should-refuse "empty" (memento-review-comment '(4))))
    (delete-file memento-test-log)
    (make-directory memento-test-log)
    (cl-letf (((symbol-function 'read-string) (lambda (&rest _) "precious")))
      (should-error (memento-review-comment '(4))))
    (should (equal (ring-ref memento-review-capture-ring 0) "precious"))))

(ert-deftest memento-capture-test-category ()
  (memento-test-with-home
    (find-file (memento-test-repository "project"))
    (memento-review-comment)
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_prompt table &rest _)
                 (should (equal (all-completions "" table) '("correctness" "architecture" "security" "performance")))
                 (let ((metadata (completion-metadata "" table nil)))
                   (should (eq (completion-metadata-get metadata 'category) 'memento-review-category))
                   (should (string-match-p "abused" (funcall (completion-metadata-get metadata 'annotation-function)
                                                             "security"))))
                 "security")))
      (execute-kbd-macro (kbd "C-c C-t")))
    (should (string-match-p "security" (memento--capture-header 80)))
    (cl-letf (((symbol-function 'completing-read) (lambda (&rest _) "")))
      (execute-kbd-macro (kbd "C-c C-t")))
    (should-not (string-match-p "security" (memento--capture-header 80)))
    (memento-test-capture "text" "performance")
    (should (equal (plist-get (memento-test-entry) :category) "performance"))))

(ert-deftest memento-capture-test-header-fits ()
  (memento-test-with-home
    (find-file (memento-test-write (concat (make-string 90 ?x) "%s.txt")))
    (memento-review-comment)
    (memento-review-capture-category "correctness")
    (dolist (width '(40 80 200))
      (should (<= (string-width (string-replace "%%" "%" (memento--capture-header width))) width)))
    (should (string-match-p "C-c C-t" (memento--capture-header 80)))
    (should (string-match-p "%%s\\.txt" (memento--capture-header 200)))))

(ert-deftest memento-capture-test-one-in-the-other-is-refused ()
  (memento-test-with-home
    (find-file (memento-test-repository "project"))
    (memento-review-comment)
    (memento-test-should-refuse "." (memento-review-comment))
    (should (derived-mode-p 'memento-review-capture-mode))))

(ert-deftest memento-capture-test-unsaved-text-counts ()
  (memento-test-with-home
    (find-file (memento-test-repository "project"))
    (goto-char (point-min))
    (insert "unsaved\n")
    (memento-test-goto-line 1)
    (memento-review-comment)
    (memento-test-capture "about what is not on disk")
    (should (equal (plist-get (memento-test-entry) :anchor) "unsaved"))
    (should (buffer-modified-p))))

(ert-deftest memento-capture-test-text-of-all-kinds ()
  (memento-test-with-home
    (find-file (memento-test-repository "project"))
    (dolist (text '("* not a headline" ":PROPERTIES:\n:ID: x\n:END:" "#+end_src" "日本語 – ümläut" "%s 100%"
                    "a\n\n\nb" "** TODO [[file:~/x::1][x:1]]"))
      (memento-review-comment)
      (memento-test-capture text)
      (should (equal (plist-get (car (last (memento-test-entries))) :comment) text)))
    (should (= (length (memento-test-entries)) 7))))

;;; memento-review-capture-test.el ends here
