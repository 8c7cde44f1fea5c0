;;; memento-diff-submit-test.el --- Tests of submitting a review  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-diff-review-test-helper)

(declare-function memento-core-diff-verdict "ext:memento-core")
(declare-function ediff-really-quit "ediff-util")
(declare-function ediff-next-difference "ediff-util")
(defvar ediff-current-difference)

(defmacro memento-diff-test-answering (answers &rest body)
  "Evaluate BODY; ANSWERS are characters and booleans for what is asked."
  (declare (indent 1) (debug t))
  `(let ((answers ,answers))
     (cl-letf (((symbol-function 'read-char-choice)
                (lambda (&rest _) (let ((answer (pop answers))) (should (characterp answer)) answer)))
               ((symbol-function 'y-or-n-p)
                (lambda (&rest _) (should answers) (let ((answer (pop answers))) (should (memq answer '(t nil))) answer))))
       (prog1 (progn ,@body)
         (should-not answers)))))

(defun memento-diff-test-judge-some ()
  "Approve the first two hunks, reject the third."
  (goto-char (memento--diff-beginning 0))
  (memento-diff-approve)
  (memento-diff-approve)
  (memento-diff-test-typing "not this"
    (memento-diff-reject nil)))

(defun memento-diff-test-verdict (id)
  "Return the verdict on ID."
  (memento--call #'memento-core-diff-verdict id))

(ert-deftest memento-diff-submit-test-changes-requested ()
  (memento-diff-test-with-review
    (memento-diff-quit)
    (find-file (memento-diff-test-file "a.py"))
    (goto-char 30)
    (split-window)
    (let ((before (current-window-configuration)) (buffer (current-buffer)))
      (memento--diff-review id)
      (memento-diff-test-judge-some)
      (memento-diff-submit)
      (should (derived-mode-p 'memento-diff-submit-mode))
      (should (string-match-p (concat "\\`  Decision +changes requested  (C-c C-d)\n"
                                      "  7 undecided +ask  (C-c C-u)\n"
                                      "  1 rejected +ask  (C-c C-r)\n"
                                      "  2 approved +ask  (C-c C-s)\n"
                                      "Remark on the whole, if any:\n\\'")
                              (buffer-string)))
      ;; A choice is changed by its key, or by RET on its line; what is said above the remark cannot be edited.
      (memento-diff-submit-stage)
      (should (string-search "2 approved     stage them" (buffer-string)))
      (memento-diff-submit-stage)
      (should (string-search "2 approved     do not stage them" (buffer-string)))
      (memento-diff-submit-stage)
      (goto-char (point-min))
      (memento-diff-submit-return)
      (should (looking-at-p "  Decision +abandoned"))
      (memento-diff-submit-return)
      (should-error (insert "x") :type 'text-read-only)
      (goto-char (point-max))
      (insert "On the whole:\nfine.\n")
      ;; Back to the review and again: the remark is kept.
      (memento-diff-submit-abandon)
      (should (equal (memento--diff-id) id))
      (memento-diff-submit)
      (should (string-suffix-p "On the whole:\nfine." (buffer-string)))
      (let ((told (memento-diff-test-answering (list ?l t)
                    (memento-test-messages
                      (plist-put memento--diff-submit-choices :stage t)
                      (memento-diff-submit-finish)))))
        (should (equal told "Changes requested: 2 approved, 1 rejected, 7 undecided, 1 taken out, 2 staged")))
      (let ((verdict (memento-diff-test-verdict id)))
        (should (eq (plist-get verdict :decision) 'changes-requested))
        (should (equal (plist-get verdict :remark) "On the whole:\nfine.")))
      ;; The tree is as promised, and the buffer shows it.
      (should (equal (memento-test-read (memento-diff-test-file "a.py"))
                     (memento-diff-test-lines 60 5 "five" 30 "thirty\nthirty and a half")))
      (should (equal (with-current-buffer buffer (buffer-string)) (memento-test-read (memento-diff-test-file "a.py"))))
      (should (string-search "+thirty" (memento-diff-test-git "diff" "--cached" "--" "a.py")))
      ;; The windows are as they were, and the review is gone.
      (should (compare-window-configurations before (current-window-configuration)))
      (should (eq (current-buffer) buffer))
      (should (= (point) 30))
      (should-not (memento--diff-buffer id))
      (should-not (seq-find (lambda (buffer) (string-match-p "memento submit" (buffer-name buffer))) (buffer-list)))
      ;; It can still be read, and not be judged.
      (memento--diff-review id)
      (should (string-match-p "^Decided: changes requested\\.$" (memento-diff-test-header)))
      (should (string-match-p "✗ not this" (memento-diff-test-displayed)))
      (memento-test-should-refuse "" (memento-diff-approve))
      (memento-test-should-refuse "closed" (memento-diff-submit))
      (memento-test-should-refuse "closed" (memento-diff-comment)))))

(ert-deftest memento-diff-submit-test-approved ()
  (memento-diff-test-with-review
    (memento-diff-submit)
    (should (string-match-p "Decision +approved" (buffer-string)))
    (let ((told (memento-diff-test-answering (list ?a nil)
                  (memento-test-messages (memento-diff-submit-finish)))))
      (should (equal told "Approved: 10 approved")))
    ;; Only what was staged before: the renamed file.
    (should (equal (memento-diff-test-git "diff" "--cached" "--name-status") "R100\told name.txt\tnew name.txt"))))

(ert-deftest memento-diff-submit-test-undecided-ones-are-gone-to ()
  (memento-diff-test-with-review
    (memento-diff-approve)
    (goto-char (point-max))
    (memento-diff-submit)
    (memento-diff-test-answering (list ?g)
      (memento-diff-submit-finish))
    (should (equal (memento--diff-id) id))
    (should (eql (memento--diff-item-at (point)) 1))
    (should-not (memento-diff-test-verdict id))))

(ert-deftest memento-diff-submit-test-a-comment-asks-for-changes ()
  (memento-diff-test-with-review
    (memento-diff-comment)
    (memento-test-capture "why")
    (memento-diff-submit)
    (should (string-match-p "Decision +changes requested" (buffer-string)))
    (should (string-match-p "1 comment +goes with it" (buffer-string)))
    ;; A comment may be praise.
    (memento-diff-submit-decision)
    (memento-diff-submit-decision)
    (should (string-match-p "Decision +approved" (buffer-string)))))

(ert-deftest memento-diff-submit-test-unsaved-edits-are-not-lost ()
  (memento-diff-test-with-review
    (let ((buffer (find-file-noselect (memento-diff-test-file "a.py"))))
      (with-current-buffer buffer
        (goto-char (point-min))
        (forward-line 43)
        (insert "mine\n"))
      (memento-diff-test-judge-some)
      (memento-diff-submit)
      (memento-diff-test-answering (list ?l t nil nil)
        (memento-test-should-refuse "unsaved edits.*nothing was submitted" (memento-diff-submit-finish)))
      (should-not (memento-diff-test-verdict id))
      (should (buffer-modified-p buffer))
      (should (derived-mode-p 'memento-diff-submit-mode))
      (memento-diff-test-answering (list ?l t nil t)
        (memento-diff-submit-finish))
      (should-not (buffer-modified-p buffer))
      (should (equal (with-current-buffer buffer (buffer-string))
                     (memento-diff-test-lines 60 5 "five" 30 "thirty\nthirty and a half" 42 "line 42\nmine"))))))

(ert-deftest memento-diff-submit-test-unsaved-edits-do-not-matter-where-nothing-is-taken-out ()
  (memento-diff-test-with-review
    (let ((buffer (find-file-noselect (memento-diff-test-file "a.py"))))
      (with-current-buffer buffer (insert "mine\n"))
      (memento-diff-test-judge-some)
      (memento-diff-submit)
      (memento-diff-test-answering (list ?l nil nil)
        (memento-diff-submit-finish))
      (should (memento-diff-test-verdict id))
      (should (buffer-modified-p buffer)))))

(ert-deftest memento-diff-submit-test-the-tree-changed-under-the-review ()
  (memento-diff-test-with-review
    (memento-diff-test-judge-some)
    (memento-test-write "shop/a.py" (memento-diff-test-lines 60 5 "five" 55 "something else"))
    (memento-diff-submit)
    (let ((told (memento-diff-test-answering (list ?l t nil)
                  (memento-test-messages (memento-diff-submit-finish)))))
      ;; What was rejected is there, only different: it is not said to be gone.
      (should (string-match-p "Changes requested: 2 approved, 1 rejected, 7 undecided\\.  Not taken out: .*a\\.py" told)))
    (should (string-search "something else" (memento-test-read (memento-diff-test-file "a.py"))))))

(ert-deftest memento-diff-submit-test-put-back-and-quit ()
  (memento-diff-test-with-review
    (memento-diff-approve)
    (memento-diff-quit)
    (should-not (equal (buffer-name) (format "*memento diff %s*" id)))
    (should (eq (plist-get (plist-get (memento-diff-test-stored id) :request) :state) 'in-review))
    (memento--diff-review id)
    (should (eql (memento--diff-item-at (point)) 1))
    (memento-diff-put-back)
    (should-not (memento--diff-buffer id))
    (should (eq (plist-get (plist-get (memento-diff-test-stored id) :request) :state) 'waiting))
    (should (equal (seq-take (memento-diff-test-marks id) 2) '(approve nil)))))

;;;; Windows

(defun memento-diff-test-drive-ediff ()
  "Compare in Ediff, look at the first difference, and leave."
  (memento-diff-ediff)
  (let ((control (seq-find (lambda (buffer) (string-prefix-p "*Ediff Control" (buffer-name buffer))) (buffer-list))))
    (with-current-buffer control
      (ediff-next-difference)
      (ediff-really-quit nil))))

(ert-deftest memento-diff-submit-test-ediff-brings-the-windows-back ()
  (memento-diff-test-with-review
    (split-window)
    (let ((before (current-window-configuration)) (buffers (buffer-list)) (point (point)))
      (dolist (file '("a.py" "gone.txt" "crlf.txt" "new name.txt"))
        (goto-char (memento--diff-file-beginning
                    (seq-position memento--diff-files file (lambda (a b) (equal (plist-get a :path) b)))))
        (setq point (point))
        (memento-diff-test-drive-ediff)
        (should (compare-window-configurations before (current-window-configuration)))
        (should (equal (memento--diff-id) id))
        (should (= (point) point)))
      ;; Of the new buffers only those of the files stay.
      (dolist (buffer (seq-difference (buffer-list) buffers))
        (should (or (buffer-file-name buffer) (string-prefix-p " " (buffer-name buffer))
                    (string-match-p "\\`\\*[Ee]diff" (buffer-name buffer))))))))

(ert-deftest memento-diff-submit-test-ediff-starts-at-the-hunk ()
  (memento-diff-test-with-review
    (memento-diff-test-goto "@@ -27,7")
    (memento-diff-ediff)
    (with-current-buffer (seq-find (lambda (buffer) (eq (buffer-local-value 'major-mode buffer) 'ediff-mode)) (buffer-list))
      (unwind-protect
          (should (= ediff-current-difference 1))
        (ediff-really-quit nil)))))

(ert-deftest memento-diff-submit-test-every-command-leaves-the-windows-as-they-were ()
  (memento-diff-test-with-review
    (memento-diff-quit)
    (find-file (memento-diff-test-file "a.py"))
    (split-window-right)
    (other-window 1)
    (switch-to-buffer "*scratch*")
    (let ((before (current-window-configuration))
          (commands nil))
      (map-keymap (lambda (_ binding) (when (and (commandp binding) (string-prefix-p "memento-diff-" (symbol-name binding)))
                                        (cl-pushnew binding commands)))
                  (keymap-canonicalize memento-diff-review-mode-map))
      (dolist (key '("C-c C-c" "C-c C-k" "C-c C-n"))
        (cl-pushnew (lookup-key memento-diff-review-mode-map (kbd key)) commands))
      (should (> (length commands) 20))
      (dolist (command (remq 'memento-diff-menu commands))
        (memento--diff-review id)
        (goto-char (memento--diff-beginning 1))
        (let ((review (current-buffer)) (inside (current-window-configuration)))
          (memento-diff-test-typing "no"
            (pcase command
              ('memento-diff-ediff (memento-diff-test-drive-ediff))
              (_ (condition-case nil
                     (call-interactively command)
                   (user-error nil)))))
          (pcase (and (not (eq (current-buffer) review)) major-mode)
            ('memento-review-capture-mode
             (insert "text")
             (memento-review-capture-finish)
             (should (compare-window-configurations inside (current-window-configuration))))
            ('memento-diff-submit-mode
             (memento-diff-submit-abandon)
             (should (compare-window-configurations inside (current-window-configuration)))))
          ;; However the review is left after it.
          (when (buffer-live-p review)
            (when (buffer-local-value 'memento--diff-return review)
              (set-buffer review)
              (memento-diff-quit)))
          (unless (compare-window-configurations before (current-window-configuration))
            (ert-fail (format "%s left other windows: %S" command (mapcar #'window-buffer (window-list)))))
          (should (equal (buffer-name) "*scratch*")))))))

(provide 'memento-diff-submit-test)
;;; memento-diff-submit-test.el ends here
