;;; memento-cards-text-test.el --- Tests of how the texts of cards look  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; What is seen of a text is what is not invisible.

;;; Code:

(require 'memento-cards-test-helper)

(defun memento-test-seen (text)
  "Return what is seen of TEXT of a card."
  (let ((shown (memento--cards-fontified text)))
    (mapconcat (lambda (index)
                 (if (get-text-property index 'invisible shown) "" (substring-no-properties shown index (1+ index))))
               (number-sequence 0 (1- (length shown))) "")))

(defun memento-test-face-of (part text)
  "Return the faces of PART of TEXT of a card, a list."
  (let* ((shown (memento--cards-fontified text))
         (place (string-match (regexp-quote part) shown)))
    (should place)
    (ensure-list (get-text-property place 'face shown))))

(ert-deftest memento-cards-text-test-code-within-words ()
  (should (equal (memento-test-seen "is `Rc`s clone `Rc`/`Arc`?") "is Rcs clone Rc/Arc?"))
  (should (equal (memento-test-seen "使用`useState`函数的**重点**是") "使用useState函数的重点是"))
  (should (memq 'org-code (memento-test-face-of "useState" "使用`useState`函数")))
  (should (memq 'bold (memento-test-face-of "重点" "函数的**重点**是")))
  (should (equal (memento-test-seen "**`a*b*c` and _d_**") "a*b*c and d")))

(ert-deftest memento-cards-text-test-code-with-marks-in-it ()
  (should (equal (memento-test-seen "``a ` b`` and `~/.ssh` and `$x` or `$y`, `~~~`") "a ` b and ~/.ssh and $x or $y, ~~~"))
  (should (equal (memento-test-seen "a ` alone") "a ` alone"))
  (should (equal (memento-test-seen "2**3 + 2**4 and a ** b") "2**3 + 2**4 and a ** b")))

(ert-deftest memento-cards-text-test-fences ()
  (should (equal (memento-test-seen "A\n~~~python\nprint(\"`hi`\")\n~~~\nB") "A\nprint(\"`hi`\")\nB"))
  (should (memq 'font-lock-keyword-face (memento-test-face-of "def" "```py\ndef f(): pass\n```")))
  (should (equal (memento-test-seen "```\n| a | b |\n| `c` | **d** |\n") "| a | b |\n| `c` | **d** |")))

(ert-deftest memento-cards-text-test-headings-and-links ()
  (should (equal (memento-test-seen "# Heading `x`\ntext") "# Heading x\ntext"))
  (should-not (memq 'font-lock-comment-face (memento-test-face-of "Heading" "# Heading\ntext")))
  (should (equal (memento-test-seen "See [the `RFC`](https://example.org/rfc) and a[i](x)") "See the RFC and a[i](x)")))

(ert-deftest memento-cards-text-test-tables ()
  (should (equal (memento-test-seen "|Method|Safe|\n|:--|:--:|\n| `PUT` | **no** |\n|获取|a `b|c` |\n\nend")
                 (concat "| Method | Safe  |\n|--------+-------|\n| PUT    | no    |\n| 获取   | a b|c |\n\nend")))
  ;; One line is no table.
  (should (equal (memento-test-seen "|x|\n") "|x|")))

(ert-deftest memento-cards-text-test-rule-stays-left ()
  (memento-test-with-card-home
    (memento-test-card "ما معنى كتاب؟" :answer "كتاب")
    (memento-cards-quiz)
    (memento-test-card-keys "SPC")
    (goto-char (point-min))
    (should (re-search-forward "──\\|--" nil t))
    (should (eq (current-bidi-paragraph-direction) 'left-to-right))))

(ert-deftest memento-cards-text-test-narrow-window ()
  (memento-test-with-card-home
    (memento-test-card "Narrow?")
    (delete-other-windows)
    (split-window-right 30)
    (memento-cards-quiz)
    (memento-test-card-keys "SPC")
    (goto-char (point-min))
    (while (not (eobp))
      (should (<= (- (line-end-position) (line-beginning-position)) (window-body-width)))
      (forward-line 1))
    (delete-other-windows)))

(provide 'memento-cards-text-test)
;;; memento-cards-text-test.el ends here
