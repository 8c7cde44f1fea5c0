;;; memento-cards-list-test.el --- Tests of the list of cards  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-cards-test-helper)

(declare-function memento-core-card-answer "ext:memento-core")

(defmacro memento-test-with-card-list (&rest body)
  "Evaluate BODY in the list of the cards of `memento-test-with-cards'."
  (declare (indent 0) (debug t))
  `(memento-test-with-cards
     (memento--call #'memento-core-card-answer (plist-get three :id) 4 nil)
     (memento-cards-list)
     ,@body))

(ert-deftest memento-cards-list-test-rows ()
  (memento-test-with-card-list
    (should (equal (mapcar #'string-trim (memento-test-rows))
                   (list "draft  shop    Draft?"
                         (format "%-6s garden  Three?"
                                 (memento--cards-days (plist-get (plist-get (memento-test-card-again three) :schedule)
                                                                 :due-in)))
                         "new    shop    Two? #second"
                         "new    shop    One? #first")))
    (should (string-prefix-p " 4 cards  " (memento--cards-header)))
    (set-frame-size (selected-frame) 120 40)
    (memento--cards-list-fill)
    (should (member "draft                        fsrs    shop    Draft?" (mapcar #'string-trim (memento-test-rows))))))

(ert-deftest memento-cards-list-test-overdue ()
  (memento-test-with-card-list
    (memento-test-clock "2026-02-05T09:00")
    (revert-buffer)
    (memento-test-shows "^ +-[0-9]+d +garden +Three")))

(ert-deftest memento-cards-list-test-filters ()
  (memento-test-with-card-list
    (memento-cards-list-project "shop")
    (should (string-match-p "3 cards . project shop" (memento--cards-header)))
    (memento-cards-list-tag "second")
    (should (equal (length (memento-test-rows)) 1))
    (memento-cards-list-clear)
    (pcase-dolist (`(,state . ,questions) '(("draft" "Draft?") ("new" "Two?" "One?") ("learnt" "Three?") ("due")
                                            ("suspended") ("leech") ("deleted")
                                            ("any" "Draft?" "Three?" "Two?" "One?")))
      (memento-cards-list-state state)
      (should (equal (mapcar (lambda (card) (plist-get card :question)) memento--cards-listed) questions)))
    (memento-cards-list-clear)
    (memento-cards-list-order)
    (should (equal (plist-get (car memento--cards-listed) :question) "One?"))
    (memento-cards-list-algorithm "sm2")
    (memento-test-shows "No card is like this\\.")))

(ert-deftest memento-cards-list-test-search-follows-the-typing ()
  (memento-test-with-card-list
    (cl-letf (((symbol-function 'read-from-minibuffer)
               (lambda (&rest _)
                 (memento--list-live (selected-window) (current-buffer) 'memento--cards-query #'memento--cards-list-fill "two no")
                 (memento-test-shows "Two\\?")
                 (should (= (length memento--cards-listed) 1))
                 ;; Half a query is no error.
                 (memento--list-live (selected-window) (current-buffer) 'memento--cards-query #'memento--cards-list-fill "-")
                 "thre")))
      (memento-cards-list-search)
      (should (equal (plist-get (car memento--cards-listed) :question) "Three?"))
      (should (string-match-p "“thre”" (memento--cards-header))))
    (cl-letf (((symbol-function 'read-from-minibuffer)
               (lambda (&rest _)
                 (memento--list-live (selected-window) (current-buffer) 'memento--cards-query #'memento--cards-list-fill "one")
                 (signal 'quit nil))))
      (condition-case nil (memento-cards-list-search) (quit nil))
      (should (equal (plist-get (car memento--cards-listed) :question) "Three?")))))

(ert-deftest memento-cards-list-test-marks ()
  (memento-test-with-card-list
    (memento-test-list-goto "Two?")
    (memento-test-card-keys "m" "m")
    (should (string-match-p "2 marked" (memento--cards-header)))
    (should (= (length (seq-filter (lambda (row) (string-prefix-p "*" row)) (memento-test-rows))) 2))
    (memento-test-card-keys "s")
    (should (equal (memento-test-card-questions :state "suspended") '("Two?" "One?")))
    (should-not memento--cards-marked)
    (memento-test-card-keys "u")
    (should-not (memento-test-card-questions :state "suspended"))
    (memento-test-card-keys "M")
    (cl-letf (((symbol-function 'y-or-n-p) (lambda (question) (should (equal question "Delete 4 cards? ")) t)))
      (memento-test-card-keys "d"))
    (memento-test-shows "No cards yet")
    (memento-test-card-keys "u")
    (should (= (length (memento-test-rows)) 4))))

(ert-deftest memento-cards-list-test-region ()
  (memento-test-with-card-list
    (goto-char (point-min))
    (push-mark (point-max) t t)
    (let ((transient-mark-mode t))
      (activate-mark)
      (should (equal (length (memento--cards-list-here)) 4)))))

(ert-deftest memento-cards-list-test-other-orders ()
  (memento-test-with-cards
    (memento-cards-list)
    ;; S is what sorts other tables.
    (dolist (key '("o" "S"))
      (memento-test-card-keys key))
    (should (equal (plist-get memento--cards-query :order) "due"))
    (memento-test-card-keys "S" "S")
    (should-not (plist-get memento--cards-query :order))))

(ert-deftest memento-cards-list-test-accept-and-undo ()
  (memento-test-with-card-list
    (memento-test-list-goto "Draft?")
    (memento-test-card-keys "a")
    (should-not (memento-test-card-questions :state "draft"))
    (memento-test-should-refuse "no draft among these" (memento-test-card-keys "a"))
    (memento-test-card-keys "u")
    (should (equal (memento-test-card-questions :state "draft") '("Draft?")))
    (memento-test-should-refuse "Nothing to undo" (memento-test-card-keys "u"))))

(ert-deftest memento-cards-list-test-reset-and-undo ()
  (memento-test-with-card-list
    (let ((schedule (plist-get (memento-test-card-again three) :schedule)))
      (memento-test-list-goto "One?")
      (memento-test-should-refuse "never asked" (memento-test-card-keys "r"))
      (memento-test-list-goto "Three?")
      (cl-letf (((symbol-function 'y-or-n-p) #'always))
        (memento-test-card-keys "r"))
      (should-not (plist-get (memento-test-card-again three) :schedule))
      (memento-test-card-keys "u")
      (should (equal (plist-get (memento-test-card-again three) :schedule) schedule)))))

(ert-deftest memento-cards-list-test-algorithm-and-undo ()
  (memento-test-with-card-list
    (memento-test-list-goto "Three?")
    (cl-letf (((symbol-function 'completing-read) (lambda (&rest _) "leitner:1,3,9")))
      (memento-test-card-keys "x"))
    (should (equal (plist-get (memento-test-card-again three) :algorithm) "leitner:1,3,9"))
    (cl-letf (((symbol-function 'completing-read) (lambda (&rest _) "sm3")))
      (memento-test-should-refuse "no such algorithm" (memento-test-card-keys "x")))
    (memento-test-card-keys "u")
    (should-not (plist-get (memento-test-card-again three) :own-algorithm))))

(ert-deftest memento-cards-list-test-deleted-come-back ()
  (memento-test-with-card-list
    (memento-test-list-goto "One?")
    (memento-test-card-keys "d")
    (should (= (length (memento-test-rows)) 3))
    (memento-test-list-goto "Two?")
    (memento-test-should-refuse "not deleted" (memento-test-card-keys "R"))
    (memento-cards-list-state "deleted")
    (memento-test-list-goto "One?")
    (memento-test-card-keys "R")
    (memento-cards-list-clear)
    (should (= (length (memento-test-rows)) 4))))

(ert-deftest memento-cards-list-test-edit-and-undo ()
  (memento-test-with-card-list
    (memento-test-list-goto "Two?")
    (memento-test-card-keys "e")
    (goto-char (point-min))
    (search-forward "#+tags: second")
    (replace-match "#+tags: x y")
    (search-forward "Two notes")
    (replace-match "")
    (memento-test-card-keys "C-c C-c")
    (let ((card (memento-test-card-again two)))
      (should (equal (plist-get card :tags) '("x" "y")))
      (should-not (plist-get card :notes))
      (should (equal (plist-get card :question) "Two?")))
    (memento-test-shows "Two\\? #x #y")
    (memento-test-card-keys "u")
    (should (equal (plist-get (memento-test-card-again two) :notes) "Two notes"))
    (should (equal (plist-get (memento-test-card-again two) :tags) '("second")))))

(ert-deftest memento-cards-list-test-pages ()
  (memento-test-with-cards
    (let ((memento-cards-page 2))
      (memento-cards-list)
      (should (string-prefix-p " 2 of 4 cards" (memento--cards-header)))
      (goto-char (point-max))
      (forward-line -1)
      (memento-test-card-keys "RET")
      (should (= (length (memento-test-rows)) 4))
      (memento-test-should-refuse "These are all" (memento-test-card-keys "+")))))

(ert-deftest memento-cards-list-test-show ()
  (memento-test-with-card-list
    (memento-test-list-goto "Three?")
    (memento-test-card-keys "RET")
    (memento-test-shows "The answer to Three\\?")
    (memento-test-shows "Strength +stability")
    (memento-test-shows "Asked +1 time, forgotten 0 times")
    (memento-test-shows "2026-01-05 09:00  4 good .*new")
    (memento-test-card-keys "n")
    (memento-test-shows "Two notes")
    (memento-test-card-keys "s")
    (memento-test-shows "State +suspended")
    (memento-test-card-keys "u")
    (memento-test-shows "State +never asked yet")
    (memento-test-card-keys "p" "p")
    (memento-test-should-refuse "first one" (memento-test-card-keys "p"))))

(ert-deftest memento-cards-list-test-right-to-left-does-not-turn-the-row ()
  (memento-test-with-card-home
    (memento-test-card "שלום\u202e")
    (memento-cards-list)
    (should (eq (current-bidi-paragraph-direction) 'left-to-right))
    (memento-test-shows-not "\u202e")))

(ert-deftest memento-cards-list-test-evil ()
  (memento-test-evil)
  (memento-test-with-card-list
    (evil-mode 1)
    (unwind-protect
        (progn
          (kill-buffer "*memento cards*")
          (memento-cards-list)
          (should (eq (bound-and-true-p evil-state) 'motion))
          (pcase-dolist (`(,key . ,command) '(("RET" . memento-cards-list-visit) ("m" . memento-cards-list-mark)
                                              ("s" . memento-cards-mark-suspend) ("a" . memento-cards-mark-accept)
                                              ("gr" . revert-buffer) ("/" . memento-cards-list-search)
                                              ("j" . evil-next-line) ("q" . quit-window)))
            (should (eq (key-binding (kbd key)) command))))
      (evil-mode -1))))

(declare-function evil-mode "ext:evil-core")

;;; memento-cards-list-test.el ends here
