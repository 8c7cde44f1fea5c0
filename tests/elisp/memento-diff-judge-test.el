;;; memento-diff-judge-test.el --- Tests of judging hunks  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-diff-review-test-helper)

(declare-function memento-core-diff-begin "ext:memento-core")
(declare-function memento-core-diff-mark "ext:memento-core")

(defun memento-diff-test-reason (index)
  "Return the stored reason of the item INDEX."
  (plist-get (nth index (plist-get (memento-diff-test-stored) :items)) :reason))

(ert-deftest memento-diff-judge-test-approve-and-reject ()
  (memento-diff-test-with-review
    (memento-diff-approve)
    (should (eql (memento--diff-item-at (point)) 1))
    (memento-diff-test-typing "  too vague\n"
      (memento-diff-reject nil))
    (should (eql (memento--diff-item-at (point)) 2))
    ;; Stored at once, shown at once.
    (should (equal (seq-take (memento-diff-test-marks) 3) '(approve reject nil)))
    (should (equal (memento-diff-test-reason 1) "too vague"))
    (should (string-search "1 approved, 1 rejected, 8 undecided" (memento-diff-test-header)))
    (let ((text (memento-diff-test-displayed)))
      (should (string-search "\n[✓ ]@@ -2,7" text))
      (should (string-match-p "^\\[✗ \\]@@ -27.*\n  ✗ too vague\n line 27$" text))
      (should (string-search "modified a.py  +4  -3  (1 undecided)" text)))
    (goto-char (memento--diff-beginning 1))
    (should (eq (get-text-property (point) 'face) 'memento-diff-hunk-rejected))
    ;; Once more: the reason is there to be changed.
    (cl-letf (((symbol-function 'read-string)
               (lambda (prompt &optional initial &rest _)
                 (should (equal prompt "Reject a.py:27 because: "))
                 (should (equal initial "too vague"))
                 "wrong")))
      (memento-diff-reject nil))
    (should (equal (memento-diff-test-reason 1) "wrong"))
    ;; A rejection without a reason is none.
    (goto-char (memento--diff-beginning 2))
    (memento-diff-test-typing " "
      (memento-test-should-refuse "needs a reason" (memento-diff-reject nil)))
    (should-not (nth 2 (memento-diff-test-marks)))
    (memento-diff-approve)
    (goto-char (memento--diff-beginning 1))
    (memento-diff-unmark)
    (should-not (nth 1 (memento-diff-test-marks)))
    (should-not (string-search "wrong" (memento-diff-test-displayed)))))

(ert-deftest memento-diff-judge-test-signs-without-unicode ()
  (memento-diff-test-with-review
    (cl-letf (((symbol-function 'char-displayable-p) (lambda (char) (< char 128))))
      (memento-diff-approve)
      (memento-diff-test-typing "no"
        (memento-diff-reject nil))
      (memento-diff-comment)
      (memento-test-capture "why")
      (let ((text (memento-diff-test-displayed)))
        (should (string-search "[A ]@@ -2,7" text))
        (should (string-search "[R ]@@ -27" text))
        (should (string-search "\n  R no\n" text))
        (should (string-search "[ C]@@ -52" text))
        (should (string-search "\n  | why\n" text))
        (should (string-search "old name.txt -> new name.txt" text))
        (should-not (string-match-p "[✓✗●┃·→]" text))))))

(ert-deftest memento-diff-judge-test-a-long-reason ()
  (memento-diff-test-with-review
    (let ((before (current-window-configuration)))
      (memento-diff-reject '(4))
      (memento-test-capture "First,\nsecond.")
      (should (compare-window-configurations before (current-window-configuration)))
      (should (equal (memento-diff-test-reason 0) "First,\nsecond."))
      (should (eql (memento--diff-item-at (point)) 1)))))

(ert-deftest memento-diff-judge-test-files-and-regions ()
  (memento-diff-test-with-review
    (memento-diff-test-goto "+thirty")
    (memento-diff-approve-file)
    (should (equal (seq-take (memento-diff-test-marks) 4) '(approve approve approve nil)))
    (should (string-search "[✓ ]modified a.py" (memento-diff-test-displayed)))
    (goto-char (memento--diff-file-beginning 0))
    (memento-diff-test-typing "all of it"
      (memento-diff-reject-file nil))
    (should (equal (seq-take (memento-diff-test-marks) 4) '(reject reject reject nil)))
    ;; On a heading that is no item the file is meant; in a region, what is in it.
    (goto-char (memento--diff-file-beginning 0))
    (memento-diff-unmark)
    (should (equal (seq-take (memento-diff-test-marks) 4) '(nil nil nil nil)))
    (memento-diff-test-goto "+five")
    (push-mark (save-excursion (memento-diff-test-goto "+thirty") (point)) t t)
    (let ((transient-mark-mode t))
      (activate-mark)
      (memento-diff-approve))
    (should-not mark-active)
    (should (equal (seq-take (memento-diff-test-marks) 4) '(approve approve nil nil)))
    (goto-char (point-min))
    (memento-test-should-refuse "No hunk here" (memento-diff-approve))))

(ert-deftest memento-diff-judge-test-long-reason-is-changed-in-a-buffer ()
  (memento-diff-test-with-review
    (let ((memento-diff-go-on nil))
      (memento-diff-reject '(4))
      (memento-test-capture "one\ntwo")
      (memento-diff-reject nil)
      (should (equal (buffer-string) "one\ntwo"))
      (memento-test-capture "\nthree"))
    (should (equal (plist-get (memento--diff-item 0) :reason) "one\ntwo\nthree"))))

(ert-deftest memento-diff-judge-test-review-killed-while-writing ()
  (memento-diff-test-with-review
    (memento-diff-comment)
    (kill-buffer (memento--diff-buffer id))
    (memento-test-should-refuse "M-p brings the text back" (memento-test-capture "my words"))
    ;; It is still there.
    (should (string-search "my words" (buffer-string)))
    (memento-review-capture-abandon)
    (memento--diff-review id)
    (memento-diff-comment)
    (memento-review-capture-recall 1)
    (should (equal (buffer-string) "my words"))
    (memento-review-capture-finish)
    (should (= (length memento--diff-comments) 1))))

(ert-deftest memento-diff-judge-test-goes-on-or-stays ()
  (memento-diff-test-with-review
    (let ((memento-diff-go-on nil))
      (memento-diff-approve)
      (should (eql (memento--diff-item-at (point)) 0)))
    (goto-char (memento--diff-beginning 2))
    (memento-diff-approve)
    (memento-diff-previous 2)
    ;; What is decided already is passed over.
    (memento-diff-approve)
    (should (eql (memento--diff-item-at (point)) 3))
    (dotimes (_ 6)
      (memento-diff-approve))
    (should (string-match-p "All are judged: C-c C-c" (memento-test-messages (memento-diff-approve))))
    (memento-test-should-refuse "All are judged" (memento-diff-next-undecided))))

(ert-deftest memento-diff-judge-test-undo ()
  (memento-diff-test-with-review
    (memento-test-should-refuse "Nothing to undo" (memento-diff-undo))
    (memento-diff-approve)
    (memento-diff-test-typing "no"
      (memento-diff-reject nil))
    (memento-diff-test-goto "+fifty-five")
    (memento-diff-comment)
    (memento-test-capture "first")
    (memento-diff-comment)
    (should (equal (buffer-string) "first"))
    (erase-buffer)
    (memento-test-capture "second")
    (memento-diff-delete-comment)
    (should-not (plist-get (memento-diff-test-stored) :comments))
    (goto-char (memento--diff-beginning 0))
    (memento-diff-test-typing "after all"
      (memento-diff-reject nil))
    (cl-flet ((comments () (mapcar (lambda (comment) (plist-get comment :text))
                                   (plist-get (memento-diff-test-stored) :comments))))
      (memento-diff-undo)
      (should (equal (seq-take (memento-diff-test-marks) 2) '(approve reject)))
      (should (eql (memento--diff-item-at (point)) 0))
      (memento-diff-undo)
      (should (equal (comments) '("second")))
      (memento-diff-undo)
      (should (equal (comments) '("first")))
      (should (string-search "┃ first" (memento-diff-test-displayed)))
      (memento-diff-undo)
      (should-not (comments))
      (memento-diff-undo)
      (should (equal (seq-take (memento-diff-test-marks) 2) '(approve nil)))
      (memento-diff-undo)
      (should-not (seq-some #'identity (memento-diff-test-marks)))
      (memento-test-should-refuse "Nothing to undo" (memento-diff-undo)))))

(ert-deftest memento-diff-judge-test-comments ()
  (memento-diff-test-with-review
    (memento-diff-test-goto "+thirty and")
    (memento-diff-comment)
    (should (string-match-p "Comment on a.py:31.*C-c C-c comment" (memento--capture-header 80)))
    (memento-test-capture "Say it\nin one line.")
    (should (string-match-p "\\+thirty and a half\n  ┃ Say it\n  ┃ in one line\\.\n line 31" (memento-diff-test-displayed)))
    (should (string-search "[ ●]@@ -27" (memento-diff-test-displayed)))
    (should (string-search "1 comment\n" (memento-diff-test-header)))
    (let ((comment (car (plist-get (memento-diff-test-stored) :comments))))
      (should (equal (plist-get comment :item) 1))
      (should (equal (plist-get comment :first) (plist-get comment :last)))
      (should (= (plist-get comment :first) 5)))
    ;; A region, and the first line of a hunk, which stands for all of it.
    (memento-diff-test-goto "-line 5")
    (push-mark (save-excursion (forward-line 2) (point)) t t)
    (let ((transient-mark-mode t))
      (activate-mark)
      (memento-diff-comment))
    (memento-test-capture "Both")
    (goto-char (memento--diff-beginning 2))
    (memento-diff-comment)
    (memento-test-capture "All of it")
    (should (equal (mapcar (lambda (comment) (list (plist-get comment :item) (plist-get comment :first)
                                                   (plist-get comment :last)))
                           (plist-get (memento-diff-test-stored) :comments))
                   '((0 3 4) (1 5 5) (2 0 7))))
    (should (string-match-p "@@ -52.*\n  ┃ All of it\n" (memento-diff-test-displayed)))
    ;; A header; a line that is the last one of a file without a newline.
    (goto-char (memento--diff-beginning (memento-diff-test-item "diff --git a/run.sh")))
    (memento-diff-comment)
    (memento-test-capture "Why?")
    (memento-diff-test-goto "\\ No newline")
    (memento-diff-comment)
    (memento-test-capture "End it")
    (should (string-match-p "日本語\n  ┃ End it\n" (memento-diff-test-displayed)))
    (memento-diff-test-goto "diff --git a/run.sh")
    (memento-diff-delete-comment)
    (should (= (length (plist-get (memento-diff-test-stored) :comments)) 4))
    (memento-test-should-refuse "No comment" (memento-diff-delete-comment))
    (push-mark (memento--diff-beginning 0) t t)
    (let ((transient-mark-mode t))
      (activate-mark)
      (memento-test-should-refuse "more than one hunk" (memento-diff-comment)))))

(ert-deftest memento-diff-judge-test-logs-into-the-review-log ()
  (memento-diff-test-with-review
    (memento-diff-test-goto "+five")
    (memento-diff-comment)
    (memento-test-capture "Spell it out")
    (should (string-match-p "Logged a remark about a.py:5 in project shop" (memento-test-messages (memento-diff-log))))
    (let ((entry (memento-test-entry)))
      (should (equal (plist-get entry :comment) "Spell it out"))
      (should (= (plist-get entry :line) 5)))
    (goto-char (memento--diff-beginning 1))
    (memento-diff-test-typing "not here"
      (memento-diff-reject nil))
    (goto-char (memento--diff-beginning 1))
    (memento-diff-log)
    (should (memento-test-entry-about "not here"))
    (memento-diff-test-goto "+fifty-five")
    (memento-diff-log)
    (memento-test-capture "fresh" "security")
    (should (equal (plist-get (memento-test-entry-about "fresh") :category) "security"))
    (should (= (plist-get (memento-test-entry-about "fresh") :line) 56))))

(ert-deftest memento-diff-judge-test-nothing-is-lost-with-the-buffer ()
  (memento-diff-test-with-review
    (memento-diff-approve)
    (memento-diff-test-typing "no"
      (memento-diff-reject nil))
    (memento-diff-comment)
    (memento-test-capture "why")
    (kill-buffer (memento--diff-buffer id))
    (memento--diff-review id)
    (let ((text (memento-diff-test-displayed)))
      (should (string-search "[✓ ]@@ -2,7" text))
      (should (string-match-p "\\[✗ \\]@@ -27.*\n  ✗ no\n" text))
      (should (string-search "┃ why" text)))
    ;; It goes on where it was left.
    (should (eql (memento--diff-item-at (point)) 2))))

(ert-deftest memento-diff-judge-test-a-new-round ()
  (memento-diff-test-with-review
    (memento-diff-approve)
    (memento-diff-test-typing "no"
      (memento-diff-reject nil))
    (memento-test-write "shop/a.py" (memento-diff-test-lines 60 5 "five" 30 "thirty" 55 "fifty-five"))
    (let ((first (current-buffer))
          (next (memento-diff-test-request)))
      ;; The review that is open says so, and its marks are not lost.
      (run-hooks 'memento-diff-changed-hook)
      (should (string-match-p (format "A new round has come: C-c C-n opens %s" next) (memento-diff-test-header)))
      (memento-test-should-refuse "C-c C-n" (memento-diff-approve))
      (memento-diff-next-round)
      (should-not (buffer-live-p first))
      (should (equal (memento--diff-id) next))
      (should (string-match-p (format "%s, round 2\n" next) (memento-diff-test-header)))
      ;; What was judged and has not changed is hidden, with its mark.
      (should (string-match-p "^1 unchanged since the last round is hidden (= shows)$" (memento-diff-test-header)))
      (should (equal (memento-diff-test-marks) (cons 'approve (make-list 9 nil))))
      (let ((text (memento-diff-test-displayed memento--diff-start)))
        (should-not (string-search "@@ -2,7" text))
        (should (string-search "modified a.py" text))
        (should (string-search "+thirty\n" text)))
      (should (eql (memento--diff-item-at (point)) 1))
      (memento-test-should-refuse "first hunk" (memento-diff-previous 1))
      (memento-diff-toggle-kept)
      (should (string-search "[✓=]@@ -2,7" (memento-diff-test-displayed memento--diff-start)))
      (should-not (string-search "hidden" (memento-diff-test-header)))
      (memento-diff-toggle-kept)
      (should-not (string-search "@@ -2,7" (memento-diff-test-displayed)))
      ;; All of a file, and of the file its heading; a search shows them again.
      (memento-diff-approve-file)
      (memento-test-write "shop/crlf.txt" "one\r\n22\r\nthree\r\n")
      (memento-diff-test-request)
      (memento-diff-next-round)
      (should-not (string-search "a.py" (memento-diff-test-displayed memento--diff-start)))
      (should (string-match-p "^3 unchanged since the last round are hidden" (memento-diff-test-header)))
      (goto-char (point-min))
      (setq memento--diff-point-before (point))
      (search-forward "fifty-five")
      (memento--diff-reveal)
      (should (string-search "a.py" (memento-diff-test-displayed memento--diff-start)))
      (should-not (string-search "hidden" (memento-diff-test-header))))))

(defun memento-diff-test-other-emacs (id)
  "Have another Emacs take over the review ID, and stay alive.
Return its process."
  (let* ((ready (expand-file-name "ready" memento-test-home))
         (process
          (make-process
           :name "other" :noquery t :buffer (generate-new-buffer " *other*")
           :command (list (expand-file-name invocation-name invocation-directory) "-Q" "--batch"
                          "-L" memento--directory "-l" "memento-module"
                          "--eval" (format "(progn (memento--call 'memento-core-diff-begin %S t) %S)" id
                                           `(write-region "" nil ,ready))
                          "--eval" "(sleep-for 60)"))))
    (memento-test-wait (lambda () (file-exists-p ready)) 30)
    process))

(ert-deftest memento-diff-judge-test-taken-over ()
  (memento-diff-test-with-review
    (memento-diff-approve)
    (let ((process (memento-diff-test-other-emacs id)))
      (unwind-protect
          (progn
            (memento-test-should-refuse "" (memento-diff-approve))
            (should (string-match-p "Taken over by .*: what you mark here is refused" (memento-diff-test-header)))
            (should (equal (seq-take (memento-diff-test-marks) 2) '(approve nil)))
            ;; Opening it again says who has it; taking it over brings it back.
            (should-error (memento--diff-review id) :type 'memento-conflict)
            (should (string-search "(taken over)" (memento--diff-mode-line)))
            (cl-letf (((symbol-function 'y-or-n-p) #'always))
              (revert-buffer))
            (should-not (string-search "Taken over" (memento-diff-test-header)))
            (should-not (string-search "(taken over)" (memento--diff-mode-line)))
            (memento-diff-approve)
            (should (equal (seq-take (memento-diff-test-marks) 2) '(approve approve))))
        (delete-process process)))))

(provide 'memento-diff-judge-test)
;;; memento-diff-judge-test.el ends here
