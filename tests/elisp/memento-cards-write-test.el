;;; memento-cards-write-test.el --- Tests of writing and accepting cards  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-cards-test-helper)

(declare-function memento-core-card-delete "ext:memento-core")

(defun memento-test-card-write (question &optional answer)
  "Type QUESTION, and ANSWER unless nil, into the buffer of a card, and finish."
  (should (bound-and-true-p memento-cards-edit-mode))
  (insert question)
  (when answer
    (memento--cards-edit-goto "Answer")
    (insert answer))
  (memento-cards-edit-finish))

(ert-deftest memento-cards-write-test-create-from-code ()
  (memento-test-with-card-home
    (let ((file (memento-test-repository "shop")))
      (memento-test-write "shop/a.py" "def f():\n    if x:\n        return 1\n\n    return 2\n")
      (find-file file)
      (memento-test-goto-line 2)
      (back-to-indentation)
      (memento-cards-create (point) (progn (forward-line 2) (point)))
      (should (looking-back "\\* Question\n" nil))
      (memento-test-card-write "What is returned?")
      (should (equal (buffer-file-name) file))
      (let ((card (car (memento-test-card-list))))
        (should (equal (plist-get card :question) "What is returned?"))
        (should (equal (plist-get card :answer) "#+begin_src python\nif x:\n    return 1\n#+end_src"))
        (should (equal (plist-get card :project) "shop"))
        (should (eq (plist-get card :state) 'active))
        (should (equal (plist-get card :source) (list :file file :line 2)))))))

(ert-deftest memento-cards-write-test-create-from-a-note ()
  (memento-test-with-card-home
    (let ((file (memento-test-write ".roam/n.org" (concat ":PROPERTIES:\n:ID: top\n:END:\n#+title: Plants\n#+filetags: :PUBLIC:\n"
                                                          "Roots drink.\n* Diary :PRIVATE:\n:PROPERTIES:\n:ID: diary\n:END:\nI drink.\n"))))
      (memento--store)
      (find-file file)
      (search-forward "Roots drink.")
      (let ((told (memento-test-messages
                    (memento-cards-create (line-beginning-position) (point))
                    (memento-test-card-write "What do roots do?"))))
        (should-not (string-match-p "private" told)))
      (let ((card (car (memento-test-card-list))))
        (should (equal (plist-get card :source) '(:note "top")))
        (should (equal (plist-get card :answer) "Roots drink."))
        (should-not (plist-get card :project)))
      (search-forward "I drink.")
      (should (string-match-p
               "assistants do not see it"
               (memento-test-messages (memento-cards-create (line-beginning-position) (point)))))
      (should (string-match-p "private note" (memento--cards-edit-header 120)))
      (should (string-match-p "assistants do not see it, for the note is private"
                              (memento-test-messages (memento-test-card-write "What do I do?"))))
      (should (equal (plist-get (car (memento-test-card-list :text "I do")) :source) '(:note "diary"))))))

(ert-deftest memento-cards-write-test-create-from-nowhere ()
  (memento-test-with-card-home
    (with-temp-buffer
      (switch-to-buffer (current-buffer))
      (memento-cards-create)
      (memento-test-card-write "A?" "B"))
    (should-not (plist-get (car (memento-test-card-list)) :source))))

(ert-deftest memento-cards-write-test-refused-text-is-kept ()
  (memento-test-with-cards
    (memento-cards-create)
    (memento-test-should-refuse "The question is empty" (memento-cards-edit-finish))
    (memento-test-should-refuse "The answer is empty" (memento-test-card-write "One?"))
    (insert "x")
    (goto-char (point-min))
    (search-forward "#+project: ")
    (delete-region (point) (line-end-position))
    (insert "shop")
    ;; The project has that question already.
    (memento-test-should-refuse "shop has a card with this question" (memento-cards-edit-finish))
    (should (bound-and-true-p memento-cards-edit-mode))
    (memento-cards-edit-abandon)
    (memento-cards-create)
    (memento-test-card-keys "M-p")
    (memento-test-shows "One\\?")
    (goto-char (point-min))
    (search-forward "One?")
    (insert " And?")
    (memento-cards-edit-finish)
    (should (member "One? And?" (memento-test-card-questions)))))

(ert-deftest memento-cards-write-test-abandoning-changes-nothing ()
  (memento-test-with-cards
    (find-file (memento-test-write "a.txt"))
    (memento-test-goto-line 9)
    (let ((place (point)))
      (memento-cards-create)
      (insert "gone")
      (memento-cards-edit-abandon)
      (should (= (point) place))
      (should (= (length (window-list)) 1)))
    (should (= (length (memento-test-card-list)) 4))))

(ert-deftest memento-cards-write-test-texts-come-back-as-they-were ()
  (memento-test-with-card-home
    (let* ((answer "* Answer\nnot a heading of ours\n,* Notes\n\n  * indented\n#+begin_src sh\n* Question\n#+end_src")
           (card (memento-test-card "What?" :answer answer :notes "* Notes")))
      (memento-cards-list)
      (memento-test-card-keys "e")
      (memento--cards-edit-goto "Question")
      (insert "!")
      (memento-cards-edit-finish)
      (let ((after (memento-test-card-again card)))
        (should (equal (plist-get after :question) "What?!"))
        (should (equal (plist-get after :answer) answer))
        (should (equal (plist-get after :notes) "* Notes")))
      (memento-test-card-keys "e")
      (let ((parsed (memento--cards-edit-parse)))
        (should (equal (plist-get parsed :answer) answer)))
      (should (equal (memento-test-messages (memento-cards-edit-finish)) "Nothing was changed")))))

;;;; Drafts

(ert-deftest memento-cards-write-test-accept-one-by-one ()
  (memento-test-with-card-home
    (dotimes (i 5)
      (memento-test-card (format "Draft %d?" i) :state "draft"))
    (find-file (memento-test-write "a.txt"))
    (memento-cards-accept)
    (memento-test-shows "^Draft 0\\?$")
    (memento-test-shows "The answer to Draft 0")
    (memento-test-card-keys "y" "d" "s")
    (memento-test-shows "^Draft 3\\?$")
    (should (string-match-p " 2 drafts left . 1 accepted . 1 deleted . 1 skipped" (memento--accept-header 100)))
    (should (equal (memento-test-card-questions :state "active") '("Draft 0?")))
    (should (equal (memento-test-card-questions :deleted t) '("Draft 1?")))
    (memento-test-card-keys "u" "u")
    (memento-test-shows "^Draft 1\\?$")
    (should-not (memento-test-card-questions :deleted t))
    (memento-test-card-keys "e")
    (memento--cards-edit-goto "Answer")
    (insert ", mended")
    (memento-cards-edit-finish)
    (memento-test-shows "Draft 1\\?, mended")
    (cl-letf (((symbol-function 'y-or-n-p)
               (lambda (question) (should (equal question "Accept all 4 drafts that are left? ")) t)))
      (memento-test-card-keys "!"))
    (memento-test-shows "No drafts are left")
    (memento-test-shows "5 accepted\\.")
    (memento-test-should-refuse "No drafts are left" (memento-test-card-keys "y"))
    (memento-test-card-keys "u")
    (should (= (length (memento-test-card-questions :state "draft")) 4))
    (memento-test-card-keys "q")
    (should (equal (file-name-nondirectory (buffer-file-name)) "a.txt"))))

(ert-deftest memento-cards-write-test-accept-what-is-gone ()
  (memento-test-with-card-home
    (let ((gone (mapcar (lambda (question) (memento-test-card question :state "draft")) '("One?" "Two?"))))
      (dolist (question '("Three?" "Four?"))
        (memento-test-card question :state "draft"))
      (memento-cards-accept)
      (memento--call #'memento-core-card-delete (mapcar (lambda (card) (plist-get card :id)) gone))
      (memento-test-should-refuse "2 drafts were deleted or accepted elsewhere" (memento-test-card-keys "y"))
      (memento-test-shows "^Three\\?$")
      (cl-letf (((symbol-function 'y-or-n-p) #'always))
        (memento-test-card-keys "!"))
      (memento-test-shows "2 accepted\\."))))

(ert-deftest memento-cards-write-test-accept-of-one-project ()
  (memento-test-with-cards
    (memento-test-card "Other?" :project "garden" :state "draft")
    (memento-cards-accept '(:project "garden"))
    (memento-test-shows "Other\\?")
    (memento-test-card-keys "y" "Q")
    (should (equal (buffer-name) "*memento quiz*"))
    (should (string-match-p "project garden" (memento--quiz-header 100)))))

(ert-deftest memento-cards-write-test-accept-without-drafts ()
  (memento-test-with-card-home
    (memento-test-should-refuse "No drafts: assistants make them" (memento-cards-accept))))

;;; memento-cards-write-test.el ends here
