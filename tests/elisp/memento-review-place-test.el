;;; memento-review-place-test.el --- Tests of where a remark goes  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-test-helper)
(require 'diff-mode)
(require 'vc)
(require 'dired)

(defun memento-test-place-lines (place)
  "Return the lines of PLACE and its text."
  (list (plist-get place :line) (plist-get place :end-line) (plist-get place :text)))

(ert-deftest memento-place-test-line ()
  (memento-test-with-home
    (find-file (memento-test-write "a.txt"))
    (memento-test-goto-line 7)
    (end-of-line)
    (should (equal (memento-test-place-lines (memento--place)) '(7 nil "line 7")))
    (goto-char (point-max))
    (should (equal (memento-test-place-lines (memento--place)) '(20 nil "line 20")))))

(ert-deftest memento-place-test-region ()
  (memento-test-with-home
    (find-file (memento-test-write "a.txt"))
    (memento-test-goto-line 3)
    (let ((begin (+ (point) 2)))
      (memento-test-goto-line 5)
      (should (equal (memento-test-place-lines (memento--place begin (+ (point) 2))) '(3 5 "line 3\nline 4\nline 5")))
      ;; Up to the beginning of line 5: that line is not meant.
      (should (equal (memento-test-place-lines (memento--place begin (point))) '(3 4 "line 3\nline 4")))
      (should (equal (memento-test-place-lines (memento--place begin (+ begin 1))) '(3 nil "line 3"))))))

(ert-deftest memento-place-test-narrowed-buffer ()
  (memento-test-with-home
    (find-file (memento-test-write "a.txt"))
    (memento-test-goto-line 9)
    (narrow-to-region (+ (point) 2) (point-max))
    (should (equal (memento-test-place-lines (memento--place)) '(9 nil "line 9")))
    (should (buffer-narrowed-p))
    ;; The end of the narrowing is not that of the text.
    (widen)
    (memento-test-goto-line 9)
    (narrow-to-region (point-min) (point))
    (should (equal (memento-test-place-lines (memento--place)) '(9 nil "line 9")))))

(ert-deftest memento-place-test-indirect-buffer ()
  (memento-test-with-home
    (let ((file (memento-test-write "a.txt")))
      (find-file file)
      (with-current-buffer (make-indirect-buffer (current-buffer) "indirect")
        (memento-test-goto-line 4)
        (should (equal (memento-test-place-lines (memento--place)) '(4 nil "line 4")))
        (should (equal (plist-get (memento--place) :file) file))))))

(ert-deftest memento-place-test-read-only-and-modified-buffers ()
  (memento-test-with-home
    (find-file (memento-test-write "a.txt"))
    (memento-test-goto-line 4)
    (insert "new ")
    (setq buffer-read-only t)
    (should (equal (memento-test-place-lines (memento--place)) '(4 nil "new line 4")))))

(ert-deftest memento-place-test-what-has-no-file-is-refused ()
  (memento-test-with-home
    (find-file (expand-file-name "new.txt" memento-test-home))
    (insert "text")
    (memento-test-should-refuse "new.txt is not on disk yet: save it first" (memento--place))
    (with-temp-buffer
      (memento-test-should-refuse "visits no file" (memento--place)))
    (with-temp-buffer
      (setq buffer-file-name "/ssh:host:/a.txt")
      (memento-test-should-refuse "another machine" (memento--place))
      (setq buffer-file-name nil))
    (dired memento-test-home)
    (memento-test-should-refuse "This is a directory" (memento--place))))

(ert-deftest memento-place-test-empty-and-blank ()
  (memento-test-with-home
    (find-file (memento-test-write "empty.txt" ""))
    (should (equal (memento-test-place-lines (memento--place)) '(1 nil "")))
    (find-file (memento-test-write "blank.txt" "a\n\nb\n"))
    (memento-test-goto-line 2)
    (should (equal (memento-test-place-lines (memento--place)) '(2 nil "")))))

(ert-deftest memento-place-test-map-of-lines ()
  (let ((hunks "2a3,4\n> x\n> y\n5,6d7\n< a\n< b\n9c10,11\n< c\n---\n> d\n> e\n"))
    (pcase-dolist (`(,old . ,new) '((1 1 . t) (2 2 . t) (3 5 . t) (4 6 . t) (5 7) (6 7) (7 7 . t) (8 8 . t) (9 10)
                                    (10 11 . t)))
      (should (equal (cons old (memento--place-map hunks old)) (cons old new)))))
  (should (equal (memento--place-map "" 5) '(5 . t)))
  (should (equal (memento--place-map "1,20d0\n" 5) '(1))))

(ert-deftest memento-place-test-revision-of-a-file ()
  (memento-test-with-home
    (let ((file (memento-test-repository "project")))
      ;; Two lines more above, and line 10 gone.
      (memento-test-write "project/a.py"
                          (concat "new\nnew\n" (mapconcat (lambda (n) (if (= n 10) "" (format "line %d\n" n)))
                                                          (number-sequence 1 20) "")))
      (find-file file)
      (dolist (save '(nil t))
        (let ((vc-find-revision-no-save (not save)))
          (switch-to-buffer (vc-find-revision file "HEAD" 'Git))
          (should (string-match-p "line 10" (buffer-string)))
          (memento-test-goto-line 5)
          (should (equal (plist-get (memento--place) :file) file))
          (should (equal (plist-get (memento--place) :line) 7))
          (should-not (plist-get (memento--place) :note))
          (memento-test-goto-line 10)
          (should (equal (plist-get (memento--place) :line) 11))
          (should (string-match-p "nearest" (plist-get (memento--place) :note)))))
      ;; As magit shows one.
      (with-temp-buffer
        (insert "line 1\nline 2\n")
        (setq-local magit-buffer-file-name file)
        (memento-test-goto-line 2)
        (should (equal (plist-get (memento--place) :file) file))
        (should (equal (plist-get (memento--place) :line) 4))
        (delete-file file)
        (memento-test-should-refuse "does not exist any more" (memento--place))))))

(ert-deftest memento-place-test-diff ()
  (memento-test-with-home
    (let* ((file (memento-test-repository "project"))
           (root (file-name-directory file)))
      (memento-test-write "project/a.py"
                          (mapconcat (lambda (n) (cond ((= n 4) "four\n") ((= n 15) "") (t (format "line %d\n" n))))
                                     (number-sequence 1 20) ""))
      (with-temp-buffer
        (setq default-directory root)
        (insert (memento-test-git root "diff") "\n")
        (diff-mode)
        (goto-char (point-min))
        (search-forward "+four")
        (let ((place (memento--place)))
          (should (equal (plist-get place :file) file))
          (should (equal (memento-test-place-lines place) '(4 nil "four"))))
        (search-forward " line 6")
        (should (equal (memento-test-place-lines (memento--place)) '(6 nil "line 6")))
        ;; A removed line is not there: its neighbour is meant.
        (search-forward "-line 15")
        (should (equal (memento-test-place-lines (memento--place)) '(15 nil "line 16")))
        (goto-char (point-min))
        (search-forward "+four")
        (should (equal (memento-test-place-lines (memento--place (line-beginning-position) (line-beginning-position 3)))
                       '(4 5 "four\nline 5")))
        ;; Headers and messages are about no line.
        (goto-char (point-min))
        (insert "A message\n\n")
        (dolist (header '("A message" "--- a/a.py"))
          (goto-char (point-min))
          (search-forward header)
          (memento-test-should-refuse "about no line of a file" (memento--place)))
        (delete-file file)
        (search-forward "+four")
        (kill-buffer (get-file-buffer file))
        (memento-test-should-refuse "leads to no file" (memento--place))))))

(ert-deftest memento-place-test-names-of-files ()
  (memento-test-with-home
    (dolist (name '("with space.txt" "br[ack]ets].txt" "co::lon.txt" "ümläut-日本.txt" "50%.txt" "back\\slash.txt" "a'b.txt"))
      (find-file (memento-test-write (concat "odd/" name)))
      (memento-test-goto-line 3)
      (memento-review-comment)
      (memento-test-capture (concat "about " name))
      (let ((entry (car (last (memento-test-entries)))))
        (should (equal (plist-get entry :file) (concat memento-test-home "/odd/" name)))
        (should (equal (plist-get entry :line) 3))
        (should (equal (plist-get entry :project) "odd"))
        (should (equal (plist-get entry :comment) (concat "about " name)))))))

;;; memento-review-place-test.el ends here
