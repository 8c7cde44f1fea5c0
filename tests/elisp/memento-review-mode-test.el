;;; memento-review-mode-test.el --- Tests of the marks beside the code  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-test-helper)

(declare-function memento-core-review-delete "ext:memento-core")

(defun memento-test-marked ()
  "Return the numbers of the lines that are marked."
  (mapcar (lambda (overlay) (line-number-at-pos (overlay-start overlay) t)) (memento--review-marks)))

(defmacro memento-test-with-marks (&rest body)
  "Evaluate BODY in a file with remarks about its lines 3, 9 and 9.
The variable `file' is its name."
  (declare (indent 0) (debug t))
  `(memento-test-with-home
     (let ((file (memento-test-repository "project")))
       (memento-test-add file 9 "second")
       (memento-test-add file 3 "first" :category "security")
       (memento-test-add file 9 "third")
       (find-file file)
       (memento-review-mode 1)
       ,@body)))

(ert-deftest memento-mode-test-marks-open-remarks ()
  (memento-test-with-marks
    (should (equal (memento-test-marked) '(3 9 9)))
    (let* ((overlay (car (memento--review-marks)))
           (display (get-text-property 0 'display (overlay-get overlay 'before-string))))
      (should (equal (car display) '(margin left-margin)))
      (should (string-match-p "security: first" (overlay-get overlay 'help-echo)))
      (should (equal left-margin-width 2))
      (should (equal (car (window-margins)) 2)))
    (memento-review-mode -1)
    (should-not (memento--review-marks))
    (should (equal left-margin-width 0))
    (should-not (car (window-margins)))
    (should-not (memq #'memento--review-eldoc eldoc-documentation-functions))))

(ert-deftest memento-mode-test-one-mark-a-line ()
  (memento-test-with-marks
    (dotimes (_ 2)
      (let* ((marks (cdr (memento--review-marks)))
             (shown (delq nil (mapcar (lambda (overlay) (overlay-get overlay 'before-string)) marks))))
        (should (= (length marks) 2))
        (should (= (length shown) 1))
        (dolist (text (cons (get-text-property 0 'help-echo (cadr (get-text-property 0 'display (car shown))))
                            (mapcar (lambda (overlay) (overlay-get overlay 'help-echo)) marks)))
          (should (equal (substring-no-properties text) "Remark: second\nRemark: third"))))
      ;; Also where the marks follow unsaved text.
      (insert "new\n")
      (memento--review-marks-refresh))
    ;; The first one goes, and the mark stays.
    (memento--review-change #'memento-core-review-delete (plist-get (memento-test-entry-about "second") :id))
    (let ((overlay (cadr (memento--review-marks))))
      (should (overlay-get overlay 'before-string))
      (should (equal (substring-no-properties (overlay-get overlay 'help-echo)) "Remark: third")))))

(ert-deftest memento-mode-test-a-line-is-stale-if-all-its-remarks-are ()
  (let ((face (lambda (&rest entries)
                (get-text-property 0 'face (cadr (get-text-property 0 'display (memento--review-mark entries))))))
        (stale '(:comment "a" :status stale))
        (exact '(:comment "b" :status exact)))
    (should (eq (funcall face stale) 'memento-review-mark-stale))
    (should (eq (funcall face stale exact) 'memento-review-mark))))

(ert-deftest memento-mode-test-in-the-fringe ()
  (memento-test-with-home
    (let ((file (memento-test-repository "project"))
          (memento-review-mark-style 'fringe))
      (memento-test-add file 9 "second")
      (find-file file)
      (memento-review-mode 1)
      (should (eq (car (get-text-property 0 'display (overlay-get (car (memento--review-marks)) 'before-string)))
                  'left-fringe))
      (should (equal (or left-margin-width 0) 0)))))

(ert-deftest memento-mode-test-shows-the-remark-at-point ()
  (memento-test-with-marks
    (memento-test-goto-line 9)
    (forward-char 3)
    (should (equal (substring-no-properties (memento--review-eldoc)) "Remark: second\nRemark: third"))
    (should (memq #'memento--review-eldoc eldoc-documentation-functions))
    (should eldoc-mode)
    (memento-test-goto-line 10)
    (should-not (memento--review-eldoc))
    (memento-test-goto-line 8)
    (should-not (memento--review-eldoc))))

(ert-deftest memento-mode-test-walks ()
  (memento-test-with-marks
    (goto-char (point-min))
    (should (string-match-p "first" (memento-test-messages (call-interactively #'memento-review-next))))
    (should (= (line-number-at-pos) 3))
    (call-interactively #'memento-review-next)
    (should (= (line-number-at-pos) 9))
    (memento-test-should-refuse "No further remark" (memento-review-next 1))
    (call-interactively #'memento-review-previous)
    (should (= (line-number-at-pos) 3))
    (memento-test-should-refuse "No earlier remark" (memento-review-previous 1))
    (goto-char (point-min))
    (memento-review-next 2)
    (should (= (line-number-at-pos) 9)))
  (memento-test-with-home
    (find-file (memento-test-write "a.txt"))
    ;; It turns the marks on first.
    (memento-test-should-refuse "No open remarks in this file" (memento-review-next 1))
    (should memento-review-mode))
  (with-temp-buffer
    (memento-test-should-refuse "visits no file" (memento-review-next 1))))

(ert-deftest memento-mode-test-follows-new-and-closed-remarks ()
  (memento-test-with-marks
    (memento-test-goto-line 5)
    (memento-review-comment)
    (memento-test-capture "new")
    (should (equal (memento-test-marked) '(3 5 9 9)))
    (memento--review-change #'memento-core-review-delete
                            (plist-get (overlay-get (car (memento--review-marks)) 'memento-review) :id))
    (should (equal (memento-test-marked) '(5 9 9)))
    ;; While the buffer is not displayed nothing is done for it; then it is.
    (switch-to-buffer "*scratch*")
    (memento--review-change #'memento-core-review-delete (plist-get (memento-test-entry-about "new") :id))
    (with-current-buffer (get-file-buffer file)
      (should (equal (memento-test-marked) '(5 9 9))))
    (switch-to-buffer (get-file-buffer file))
    (run-hooks 'window-configuration-change-hook)
    (should (equal (memento-test-marked) '(9 9)))
    (with-current-buffer (prog1 (current-buffer) (switch-to-buffer "*scratch*"))
      (memento--review-change #'memento-core-review-delete (plist-get (memento-test-entry-about "second") :id))
      (goto-char (point-min))
      (memento-review-next 1)
      (should (equal (memento-test-marked) '(9))))))

(ert-deftest memento-mode-test-follows-other-processes ()
  (memento-test-with-marks
    (unless memento--review-log-watch
      (ert-skip "files cannot be watched here"))
    (memento-test-add file 7 "from outside")
    (memento-test-wait (lambda ()
                         (read-event nil nil 0.05)
                         (equal (memento-test-marked) '(3 7 9 9))))))

(ert-deftest memento-mode-test-follows-the-text ()
  (memento-test-with-marks
    (goto-char (point-min))
    (insert "new\nnew\n")
    (should (equal (memento-test-marked) '(5 11 11)))
    ;; Unsaved: the file's lines are not the buffer's.
    (memento-test-goto-line 7)
    (memento-review-comment)
    (memento-test-capture "about line 5 of the file")
    (should (equal (memento-test-marked) '(5 7 11 11)))
    (save-buffer)
    (should (equal (memento-test-marked) '(5 7 11 11)))
    (memento-test-write "project/a.py" (concat "x\n" (memento-test-read file)))
    (revert-buffer t t)
    (should (equal (memento-test-marked) '(6 8 12 12)))
    (should memento-review-mode)
    (text-mode)
    (should memento-review-mode)
    (should (equal (car (window-margins)) 2))
    ;; A configuration from before comes back without it.
    (set-window-margins nil nil)
    (run-hooks 'window-configuration-change-hook)
    (should (equal (car (window-margins)) 2))))

;; An assistant writes the file and the log; the buffer has not been reverted yet.
(ert-deftest memento-mode-test-marks-stand-at-their-text-in-a-buffer-that-is-out-of-date ()
  (memento-test-with-marks
    (memento-test-write "project/a.py" (concat "new\nnew\nnew\n}\n" (memento-test-read file) "line 7 more\n"))
    (set-file-times file (time-add nil 5))
    (memento-test-add file 11 "fourth" :text "line 7")
    (memento-test-add file 4 "fifth" :text "}")
    (memento--review-changed)
    (should-not (buffer-modified-p))
    (should-not (verify-visited-file-modtime))
    ;; There is no line as the fifth's: its number is all that is known.
    (should (equal (memento-test-marked) '(3 4 7 9 9)))
    (memento-review-mode -1)
    (memento-review-mode 1)
    (should (equal (memento-test-marked) '(3 4 7 9 9)))
    (goto-char (point-min))
    (memento-review-next 3)
    (should (looking-at-p "line 7$"))
    (revert-buffer t t)
    (should (equal (memento-test-marked) '(4 7 11 13 13)))
    (goto-char (point-min))
    (memento-review-next 3)
    (should (looking-at-p "line 7$"))))

(ert-deftest memento-mode-test-finds-the-nearest-line-with-a-text ()
  (with-temp-buffer
    (insert "if a:\n  end\nif b:\n  End\nend\n" (make-string 300 ?x) "\n\nend")
    (narrow-to-region 5 9)
    (pcase-dolist (`(,line ,anchor . ,lines)
                   `((2 "end" 1) (2 "end" 3) (5 "end" 4) (8 "end" 7 9) (5 "end" 20 5) (4 "End" 1) (nil "nd" 1) (nil "" 7)
                     (6 ,(make-string 200 ?x) 1)))
      (should (equal (memento--review-anchor-line anchor lines) line)))))

(ert-deftest memento-mode-test-visiting-goes-to-the-mark-in-unsaved-text ()
  (memento-test-with-marks
    (goto-char (point-min))
    (insert "new\nnew\n")
    (memento-review-list)
    (goto-char (point-min))
    (search-forward "first")
    (memento-review-list-visit)
    (should (looking-at-p "line 3$"))))

(ert-deftest memento-mode-test-stale-remarks-are-marked-as-such ()
  (memento-test-with-marks
    (memento-test-write "project/a.py" (replace-regexp-in-string "^line 3\n" "" (memento-test-read file)))
    (revert-buffer t t)
    (let ((overlay (car (memento--review-marks))))
      (should (string-match-p "(stale)" (overlay-get overlay 'help-echo))))))

(ert-deftest memento-mode-test-globally ()
  (memento-test-with-home
    (let ((file (memento-test-repository "project")))
      (memento-test-add file 3 "first")
      (unwind-protect
          (progn
            (global-memento-review-mode 1)
            (find-file file)
            (should memento-review-mode)
            (should (equal (memento-test-marked) '(3)))
            (find-file memento-test-log)
            (should memento-review-log-mode)
            (with-temp-buffer
              (fundamental-mode)
              (should-not memento-review-mode))
            ;; Whatever is wrong, files open.
            (cl-letf (((symbol-function 'memento-core-review-locate-file)
                       (lambda (&rest _) (signal 'memento-io '("broken")))))
              (let ((debug-on-error nil))
                (find-file (memento-test-write "project/b.py"))
                (should (equal (buffer-name) "b.py")))))
        (global-memento-review-mode -1)))))

(ert-deftest memento-mode-test-globally-without-a-module ()
  (memento-test-with-home
    (cl-letf (((symbol-function 'memento-module-available-p) #'ignore))
      (unwind-protect
          (progn
            (global-memento-review-mode 1)
            (find-file (memento-test-write "project/b.py"))
            (should-not memento-review-mode))
        (global-memento-review-mode -1)))))

;;; memento-review-mode-test.el ends here
