;;; memento-review-list-test.el --- Tests of the list of remarks  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-test-helper)

(declare-function memento-core-review-delete "ext:memento-core")

(ert-deftest memento-list-test-shows-what-it-should ()
  (memento-test-with-list
    (should (equal (buffer-name) "*memento review*"))
    (should (= (length (memento-test-rows)) 3))
    (memento-test-list-goto "first")
    (should (looking-at-p "TODO +[01]m security +alpha +a\\.py:3 +first$"))
    (should (equal mode-line-process " [open: 3]"))
    (should (equal (mapcar #'car tabulated-list-format) '("State" "Age" "Category" "Project" "Place" "Remark")))
    ;; The rows stand under their headings.
    (dolist (pair '(("State" . "TODO") ("Category" . "security") ("Project" . "alpha") ("Place" . "a.py") ("Remark" . "first")))
      (should (= (string-search (car pair) header-line-format)
                 (progn (forward-line 0)
                        (string-search (cdr pair) (buffer-substring (point) (line-end-position)))))))
    (should (get-text-property (string-search "Age" header-line-format) 'face header-line-format))))

(ert-deftest memento-list-test-faces ()
  (memento-test-with-list
    (memento--review-list-fontify (point-min) (point-max))
    (memento-test-list-goto "first")
    (should (eq (get-text-property (point) 'face) 'memento-review-todo))
    (search-forward "secur")
    (should (eq (get-text-property (point) 'face) 'memento-review-category))
    (search-forward "alph")
    (should (eq (get-text-property (point) 'face) 'memento-review-project))
    (search-forward "firs")
    (should-not (get-text-property (point) 'face))))

(ert-deftest memento-list-test-long-and-wide-cells ()
  (memento-test-with-home
    (let ((file (memento-test-write (concat "日本語プロジェクト名がとても長い/" (make-string 40 ?d) "/ünï.py"))))
      (memento-test-git (expand-file-name "日本語プロジェクト名がとても長い" memento-test-home) "init" "-q")
      (memento-test-add file 3 (make-string 300 ?x))
      (memento-test-add (memento-test-write "p/日本語日本語日本語日本語日本語日本語.py") 3 "日本語")
      (find-file file)
      (memento-review-list)
      (let ((widths (mapcar (lambda (row) (string-width (substring row 0 (string-match "xxx\\|日本語$" row))))
                            (memento-test-rows))))
        (should (= (nth 0 widths) (nth 1 widths))))
      (should (string-match-p "…d*/ünï\\.py:3" (buffer-string)))
      (should truncate-lines))))

(ert-deftest memento-list-test-fits-columns ()
  (should (equal (memento--review-list-fit "abc" 5) "abc  "))
  (should (equal (memento--review-list-fit "abcdef" 5) "abcd…"))
  (should (equal (memento--review-list-fit-left "abcdef" 5) "…cdef"))
  (should (equal (memento--review-list-fit-left "日本語日本語" 6) "…本語 "))
  (should (equal (mapcar (lambda (seconds) (memento--review-age 0 seconds))
                         (list 59 3599 3600 86400 (* 14 86400) (* 800 86400)))
                 '("  0m" " 59m" "  1h" "  1d" "  2w" "  2y")))
  (should (equal (memento--review-age nil 5) "   -"))
  (should (equal (memento--review-age 9 5) "  0m")))

(ert-deftest memento-list-test-sorts-by-age-as-numbers ()
  (memento-test-with-home
    (memento-test-write
     "code_review.org"
     (mapconcat (lambda (days)
                  (format "** TODO [[file:~/p/a.py::%d][a.py]]\n   :PROPERTIES:\n   :TIMESTAMP: %s\n   :END:\n   %d days\n"
                          days (let ((system-time-locale "C"))
                                 (format-time-string "[%Y-%m-%d %a %H:%M]" (time-subtract nil (* days 86400))))
                          days))
                '(100 2 30 9 11) ""))
    (memento-review-list)
    (should (equal (mapcar (lambda (row) (and (string-match "\\([0-9]+\\) days" row) (match-string 1 row)))
                           (memento-test-rows))
                   '("2" "9" "11" "30" "100")))
    ;; By S on the column, and back; and by place, whose lines are numbers too.
    (memento--review-list-fontify (point-min) (point-max))
    (goto-char (point-min))
    (move-to-column 8)
    (call-interactively #'memento-review-list-sort)
    (should (string-match-p "100 days" (car (memento-test-rows))))
    (revert-buffer)
    (should (string-match-p "100 days" (car (memento-test-rows))))
    (goto-char (point-min))
    (memento--review-list-fontify (point-min) (point-max))
    (search-forward "a.py:")
    (call-interactively #'memento-review-list-sort)
    (should (equal (mapcar (lambda (row) (and (string-match "\\([0-9]+\\) days" row) (match-string 1 row)))
                           (memento-test-rows))
                   '("2" "9" "11" "30" "100")))))

(ert-deftest memento-list-test-visits-the-line-where-it-is-now ()
  (memento-test-with-list
    (memento-test-list-goto "second")
    (should (equal (memento-test-messages (execute-kbd-macro (kbd "RET"))) "exact: second"))
    (should (equal buffer-file-name a))
    (should (= (line-number-at-pos) 9))
    ;; An assistant has changed the file since it was visited: nobody is asked.
    (memento-test-write "alpha/a.py" (concat "new\n" (memento-test-read a)))
    (set-file-times a (time-add nil 5))
    (memento-review-list)
    (memento-test-list-goto "second")
    (should (equal (memento-test-messages (execute-kbd-macro (kbd "RET"))) "moved from line 9: second"))
    (should (= (line-number-at-pos) 10))
    (should (verify-visited-file-modtime))
    (memento-test-write "alpha/a.py" "gone\n")
    (revert-buffer t t)
    (memento-review-list)
    (memento-test-list-goto "second")
    (should (string-match-p "stale" (memento-test-messages (execute-kbd-macro (kbd "RET")))))
    (should (equal buffer-file-name a))
    ;; In another window.
    (delete-other-windows)
    (memento-review-list)
    (memento-test-list-goto "third")
    (execute-kbd-macro (kbd "o"))
    (should (equal buffer-file-name b))
    (should (get-buffer-window "*memento review*"))))

(ert-deftest memento-list-test-moves-and-leaves ()
  (memento-test-with-list
    (goto-char (point-min))
    (execute-kbd-macro (kbd "n n"))
    (should (= (line-number-at-pos) 3))
    (execute-kbd-macro (kbd "p"))
    (should (= (line-number-at-pos) 2))
    (goto-char (point-max))
    (memento-test-should-refuse "No remark on this line" (memento-review-list-visit))
    (execute-kbd-macro (kbd "q"))
    (should (equal buffer-file-name a))))

(ert-deftest memento-list-test-refreshing-keeps-point ()
  (memento-test-with-list
    (memento-review-list-sort "Category")
    (memento-test-list-goto "first")
    (move-to-column 4)
    (memento-test-add b 7 "newest" :category "architecture")
    (execute-kbd-macro (kbd "g"))
    (should (= (length (memento-test-rows)) 4))
    (should (= (current-column) 4))
    (forward-line 0)
    (should (looking-at-p ".*first$"))
    ;; Its row is gone: the line stays.
    (memento-test-list-goto "newest")
    (let ((line (line-number-at-pos)))
      (memento--call #'memento-core-review-delete (plist-get (memento--review-list-entry) :id))
      (execute-kbd-macro (kbd "g"))
      (should (= (line-number-at-pos) line)))))

(ert-deftest memento-list-test-follows-our-own-changes ()
  (memento-test-with-list
    (find-file a)
    (memento-review-comment)
    (memento-test-capture "from the code")
    ;; It is not displayed, so nothing is done for it until it is.
    (with-current-buffer "*memento review*"
      (should-not (string-match-p "from the code" (buffer-string))))
    (switch-to-buffer "*memento review*")
    (run-hooks 'window-configuration-change-hook)
    (should (string-match-p "from the code" (buffer-string)))))

(ert-deftest memento-list-test-follows-other-processes ()
  (memento-test-with-list
    (unless memento--review-log-watch
      (ert-skip "files cannot be watched here"))
    (memento-test-add b 7 "from outside")
    (memento-test-wait (lambda ()
                         (read-event nil nil 0.05)
                         (string-match-p "from outside" (buffer-string))))))

(ert-deftest memento-list-test-says-what-to-do-when-empty ()
  (memento-test-with-home
    (find-file (memento-test-repository "project"))
    (memento-review-list)
    (should (string-match-p "No open remarks.*\n\n.*memento-review-comment.* on a line of code" (buffer-string)))
    (should (string-match-p " / .* g .* q " (buffer-string)))
    (memento-review-list-filter-text "nothing")
    (should (string-match-p "No remarks here: open, “nothing”" (buffer-string)))
    (memento-test-should-refuse "No remark on this line" (memento-review-list-delete))))

(ert-deftest memento-list-test-filters ()
  (memento-test-with-list
    (memento-review-list-filter-project "alpha")
    (should (= (length (memento-test-rows)) 2))
    (memento-review-list-filter-category "security")
    (should (= (length (memento-test-rows)) 1))
    (should (equal mode-line-process " [open, project alpha, security: 1 of 2]"))
    (memento-review-list-filter-category "-")
    (should (string-match-p "second" (buffer-string)))
    (memento-review-list-filter-category nil)
    (memento-review-list-filter-project nil)
    (memento-review-list-filter-text "SECOND")
    (should (equal (length (memento-test-rows)) 1))
    (memento-review-list-filter-text "and more")
    (should (string-match-p "first" (buffer-string)))
    (memento-review-list-filter-text ".*")
    (should (string-match-p "No remarks here" (buffer-string)))
    (memento-review-list-filter-clear)
    (should (= (length (memento-test-rows)) 3))
    (memento-review-list-filter-state "done")
    (should (string-match-p "No remarks here: closed" (buffer-string)))
    (memento-review-list-filter-state "all")
    (should (= (length (memento-test-rows)) 3)))
  (with-temp-buffer
    (memento-test-should-refuse "not the list" (memento-review-list-filter-project "x"))
    (memento-test-should-refuse "not the list" (call-interactively #'memento-review-list-sort))))

(ert-deftest memento-list-test-the-filter-is-read-with-completion ()
  (memento-test-with-list
    (cl-letf (((symbol-function 'completing-read)
               (lambda (prompt table &rest arguments)
                 (should (string-match-p "Project (default alpha)" prompt))
                 (should (equal (sort (all-completions "" table) #'string<) '("alpha" "beta")))
                 (should (equal (funcall (completion-metadata-get (completion-metadata "" table nil)
                                                                  'annotation-function)
                                         "alpha")
                                "  2 remarks"))
                 (nth 4 arguments))))
      (call-interactively #'memento-review-list-filter-project))
    (should (= (length (memento-test-rows)) 2))))

(ert-deftest memento-list-test-deletes-after-asking ()
  (memento-test-with-list
    (memento-test-list-goto "second")
    (cl-letf (((symbol-function 'y-or-n-p) #'ignore))
      (execute-kbd-macro (kbd "D")))
    (should (= (length (memento-test-entries)) 3))
    (cl-letf (((symbol-function 'y-or-n-p)
               (lambda (prompt)
                 (should (string-match-p "a\\.py:9.*second" prompt))
                 t)))
      (execute-kbd-macro (kbd "D")))
    (should (= (length (memento-test-entries)) 2))
    (should-not (string-match-p "second" (buffer-string)))
    ;; What was deleted can be yanked back.
    (find-file memento-test-log)
    (goto-char (point-max))
    (yank)
    (save-buffer)
    (should (member "second" (mapcar (lambda (entry) (plist-get entry :comment)) (memento-test-entries))))))

(ert-deftest memento-list-test-edits ()
  (memento-test-with-list
    (memento-test-list-goto "first")
    (execute-kbd-macro (kbd "e"))
    (should (equal (buffer-string) "first\nand more"))
    (should (string-match-p "Edit a\\.py:3 .*security" (memento--capture-header 80)))
    (erase-buffer)
    (memento-test-capture "better" "")
    (should (derived-mode-p 'memento-review-list-mode))
    (let ((entry (car (memento-test-entries))))
      (should (equal (plist-get entry :comment) "better"))
      (should-not (plist-get entry :category)))
    (should (looking-at-p ".*better$"))))

(ert-deftest memento-list-test-editing-without-a-change-keeps-nothing ()
  (memento-test-with-list
    (memento-test-list-goto "first")
    (execute-kbd-macro (kbd "e"))
    (should (equal (memento-test-messages (execute-kbd-macro (kbd "C-c C-k"))) "Abandoned"))
    (execute-kbd-macro (kbd "e"))
    (kill-buffer)
    (should-not memento-review-capture-ring)
    (execute-kbd-macro (kbd "e"))
    (insert ", changed")
    (should (string-match-p "M-p" (memento-test-messages (execute-kbd-macro (kbd "C-c C-k")))))
    (should (equal (ring-elements memento-review-capture-ring) '("first\nand more, changed")))))

(ert-deftest memento-list-test-unsaved-changes-of-the-log-survive ()
  (memento-test-with-list
    (with-current-buffer (find-file-noselect memento-test-log)
      (goto-char (point-max))
      (insert "* Mine\n"))
    (memento-test-list-goto "second")
    (cl-letf (((symbol-function 'y-or-n-p) #'always))
      (execute-kbd-macro (kbd "D")))
    (should (string-match-p "^\\* Mine" (memento-test-read)))
    (should-not (string-match-p "second" (memento-test-read)))))

;;; memento-review-list-test.el ends here
