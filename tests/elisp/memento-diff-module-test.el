;;; memento-diff-module-test.el --- Tests of diff review in the module  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-diff-queue-test-helper)

(declare-function memento-core-diff-begin "ext:memento-core")
(declare-function memento-core-diff-comment "ext:memento-core")
(declare-function memento-core-diff-log "ext:memento-core")
(declare-function memento-core-diff-mark "ext:memento-core")
(declare-function memento-core-diff-place "ext:memento-core")
(declare-function memento-core-diff-put-back "ext:memento-core")
(declare-function memento-core-diff-remove-comment "ext:memento-core")
(declare-function memento-core-diff-request "ext:memento-core")
(declare-function memento-core-diff-review "ext:memento-core")
(declare-function memento-core-diff-submit "ext:memento-core")
(declare-function memento-core-diff-verdict "ext:memento-core")

(defun memento-diff-test-numbered (count changed)
  "Return COUNT lines with numbers, those that CHANGED accepts with another text."
  (mapconcat (lambda (n) (format "%s %d\n" (if (funcall changed n) "changed" "line") n)) (number-sequence 1 count) ""))

(defun memento-diff-test-own (directory)
  "Ask for a review of DIRECTORY as a person does; return the id."
  (plist-get (memento--call #'memento-core-diff-request
                            (list :directory (directory-file-name directory) :session "ann"))
             :id))

(defun memento-diff-test-three-hunks ()
  "Make a repository with three hunks and a new file, and begin its review.
Return the id."
  (let* ((file (memento-test-write "shop/a.py" (memento-diff-test-numbered 60 #'ignore)))
         (shop (file-name-directory file)))
    (memento-test-git shop "init" "-q" "-b" "main")
    (memento-test-git shop "add" "-A")
    (memento-test-git shop "commit" "-q" "-m" "Begin")
    (memento-test-write "shop/a.py" (memento-diff-test-numbered 60 (lambda (n) (memq n '(5 30 55)))))
    (memento-test-write "shop/é.txt" "new, and without a newline")
    (let ((id (memento-diff-test-own shop)))
      (memento--call #'memento-core-diff-begin id nil)
      id)))

(ert-deftest memento-diff-module-test-a-review ()
  (memento-test-with-home
    (let* ((id (memento-diff-test-three-hunks))
           (review (memento--call #'memento-core-diff-review id))
           (lines (split-string (plist-get review :text) "\n"))
           (request (plist-get review :request))
           (next 0))
      (should (equal (plist-get request :state) 'in-review))
      (should (string-match-p (format "@.*, Emacs %d\\'" (emacs-pid)) (plist-get request :reviewer)))
      (should (equal (mapcar (lambda (key) (plist-get request key)) '(:files :items :unmarked :added :removed :round))
                     '(2 4 4 4 3 1)))
      (should (equal (plist-get request :scope) "HEAD"))
      (should (string-suffix-p "\n" (plist-get review :text)))
      (should (equal (mapcar (lambda (file) (list (plist-get file :path) (plist-get file :change)
                                                  (plist-get file :added) (plist-get file :removed)))
                             (plist-get review :files))
                     '(("a.py" modified 3 3) ("é.txt" added 1 0))))
      (dolist (file (plist-get review :files))
        (should (string-prefix-p "diff --git " (nth (1- (plist-get file :line)) lines)))
        (should (= (plist-get file :first-item) next))
        (setq next (+ next (plist-get file :item-count))))
      (should (= next 4))
      (dolist (item (plist-get review :items))
        (should (string-prefix-p "@@ " (nth (1- (plist-get item :line)) lines)))
        (should-not (plist-member item :judgement))
        (should-not (plist-member item :kept)))
      (let ((last (nth 3 (plist-get review :items))))
        (should (= (plist-get last :file) 1))
        (should (= (plist-get last :hunk) 0))
        ;; The line and what is said of its end.
        (should (= (plist-get last :lines) 2))
        (should (equal (nth (+ (plist-get last :line) 1) lines) "\\ No newline at end of file"))))))

(ert-deftest memento-diff-module-test-marks-and-comments ()
  (memento-test-with-home
    (let* ((id (memento-diff-test-three-hunks))
           (mark (lambda (&rest marks) (memento--call #'memento-core-diff-mark id marks)))
           (comment (lambda (&rest plist) (memento--call #'memento-core-diff-comment id plist)))
           (before (funcall mark '(:item 0 :judgement "approve") '(:item 1 :judgement "reject" :reason "Zu groß"))))
      (should (equal before '((:item 0) (:item 1))))
      (should (equal (mapcar (lambda (item) (list (plist-get item :judgement) (plist-get item :reason)))
                             (plist-get (memento--call #'memento-core-diff-review id) :items))
                     '((approve nil) (reject "Zu groß") (nil nil) (nil nil))))
      ;; What was there before can be stored as it is.
      (let ((marked (apply mark before)))
        (should (equal marked '((:item 0 :judgement "approve") (:item 1 :judgement "reject" :reason "Zu groß"))))
        (should (equal (apply mark marked) before)))
      (let ((made (funcall comment :item 2 :first 1 :last 3 :text "Why?")))
        (should (equal (cddr made) '(:item 2 :first 1 :last 3 :text "Why?")))
        (should (equal (plist-get (funcall comment :id (plist-get made :id) :item 2 :first 0 :last 0 :text "So?") :text)
                       "So?"))
        (should (equal (plist-get (memento--call #'memento-core-diff-remove-comment id (plist-get made :id)) :first) 0))
        (should-error (memento--call #'memento-core-diff-remove-comment id (plist-get made :id)) :type 'memento-not-found))
      (should (equal (memento--call #'memento-core-diff-place id 1 3)
                     (list :file (expand-file-name "shop/a.py" memento-test-home) :line 30)))
      (let ((entry (memento--call #'memento-core-diff-log id 1 '(:first 4 :last 4 :comment "Zu groß"))))
        (should (equal (plist-get entry :line) 30))
        (should (equal (plist-get (memento-test-entry) :comment) "Zu groß"))))))

(ert-deftest memento-diff-module-test-a-verdict ()
  (memento-test-with-home
    (let ((id (memento-diff-test-three-hunks)))
      (should-not (memento--call #'memento-core-diff-verdict id))
      (memento--call #'memento-core-diff-mark id '((:item 1 :judgement "reject" :reason "No")))
      (should-error (memento--call #'memento-core-diff-submit id '(:decision "approved")) :type 'memento-invalid)
      (let ((verdict (memento--call #'memento-core-diff-submit id
                                    '(:decision "changes-requested" :remark "Once more" :revert t))))
        (should (eq (plist-get verdict :decision) 'changes-requested))
        (should (equal (plist-get verdict :remark) "Once more"))
        (should (equal (mapcar (lambda (item) (list (plist-get item :file) (plist-get item :judgement)
                                                    (plist-get item :outcome)))
                               (plist-get verdict :items))
                       '(("a.py" nil nothing) ("a.py" reject reverted) ("a.py" nil nothing) ("é.txt" nil nothing))))
        (should (equal verdict (memento--call #'memento-core-diff-verdict id))))
      (should (equal (memento-test-read (expand-file-name "shop/a.py" memento-test-home))
                     (memento-diff-test-numbered 60 (lambda (n) (memq n '(5 55))))))
      (should-error (memento--call #'memento-core-diff-put-back id) :type 'memento-conflict))))

(ert-deftest memento-diff-module-test-what-makes-no-sense-is-refused ()
  (memento-test-with-home
    (let ((id (memento-diff-test-three-hunks)))
      (pcase-dolist (`(,error ,words ,function . ,arguments)
                     `((memento-not-found "no diff request nothing" memento-core-diff-begin "nothing" nil)
                       (memento-invalid "maybe is no judgement" memento-core-diff-mark ,id
                                        ((:item 0 :judgement "maybe")))
                       (memento-invalid ":item is missing" memento-core-diff-mark ,id ((:judgement "approve")))
                       (memento-invalid ":item counts from 0" memento-core-diff-mark ,id ((:item -1)))
                       (memento-invalid "no item 99" memento-core-diff-mark ,id ((:item 99)))
                       (memento-invalid "fine is no decision" memento-core-diff-submit ,id (:decision "fine"))
                       (memento-invalid ":text is missing" memento-core-diff-comment ,id (:item 0 :first 0 :last 0))
                       (memento-invalid ":session is missing" memento-core-diff-request (:directory "/"))
                       (wrong-type-argument "sequencep" memento-core-diff-mark ,id 7)))
        (let ((err (should-error (apply #'memento--call function arguments))))
          (should (eq (car err) error))
          (should (string-match-p words (format "%S" (cdr err)))))))))

(ert-deftest memento-diff-module-test-thousands-of-hunks ()
  (memento-test-with-home
    (let ((shop (file-name-directory (memento-test-repository "shop"))))
      (dotimes (n 10)
        (memento-test-write (format "shop/%d.py" n) (memento-diff-test-numbered 5000 #'ignore)))
      (memento-test-git shop "add" "-A")
      (memento-test-git shop "commit" "-q" "-m" "More")
      (dotimes (n 10)
        (memento-test-write (format "shop/%d.py" n) (memento-diff-test-numbered 5000 (lambda (n) (= (% n 10) 5)))))
      (let* ((id (memento-diff-test-own shop))
             (begun (float-time))
             (review (memento--call #'memento-core-diff-review id)))
        ;; Measured 110 ms with a module that is not optimised, beside three compilers.
        (should (< (- (float-time) begun) 1))
        (should (= (length (plist-get review :items)) 5000))))))

;;; memento-diff-module-test.el ends here
