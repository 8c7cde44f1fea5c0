;;; memento-cards-quiz-test.el --- Tests of the quiz  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-cards-test-helper)

(declare-function memento-core-card-answer "ext:memento-core")
(declare-function memento-core-card-delete "ext:memento-core")
(declare-function memento-core-card-reviews "ext:memento-core")

(ert-deftest memento-cards-quiz-test-question-and-answer ()
  (memento-test-with-cards
    (memento-cards-quiz)
    (should (equal (buffer-name) "*memento quiz*"))
    (memento-test-shows "^One\\?$")
    (memento-test-shows "shop . #first . new")
    (memento-test-shows-not "The answer to")
    (should (string-match-p "\\` 3 new . 0 done today .*\\? keys \\'" (memento--quiz-header 80)))
    (memento-test-card-keys "SPC")
    (memento-test-shows "^The answer to One\\?$")
    (memento-test-shows "1 again   2 again   3 hard [0-9]+d   4 good [0-9]+d   5 easy [0-9]+d")))

(ert-deftest memento-cards-quiz-test-no-answer-before-the-flip ()
  (memento-test-with-cards
    (memento-cards-quiz)
    (dolist (key '("1" "5" "a" "h" "g"))
      (memento-test-should-refuse "Think first; SPC shows the answer" (memento-test-card-keys key)))
    (should-not (plist-get (memento-test-card-again one) :schedule))))

(ert-deftest memento-cards-quiz-test-each-key-is-an-answer ()
  (memento-test-with-card-home
    (let ((keys '(("1" . 1) ("2" . 2) ("3" . 3) ("4" . 4) ("5" . 5) ("a" . 1) ("h" . 3) ("g" . 4) ("e" . 5))))
      (pcase-dolist (`(,key . ,_) keys)
        (memento-test-card key))
      (memento-cards-quiz)
      (pcase-dolist (`(,key . ,confidence) keys)
        (let ((card memento--quiz-card))
          (memento-test-card-keys "SPC" key)
          (should (= (plist-get (plist-get (memento-test-card-again card) :schedule) :confidence) confidence)))))))

(ert-deftest memento-cards-quiz-test-what-an-answer-leads-to-is-what-it-said ()
  (memento-test-with-cards
    (memento-cards-quiz)
    (memento-test-card-keys "SPC")
    (let ((days (nth 3 memento--quiz-preview))
          (told (memento-test-messages (memento-test-card-keys "4"))))
      (should (= days (plist-get (plist-get (memento-test-card-again one) :schedule) :interval)))
      (should (string-match-p (format "\\`good: again 2026-[-0-9]+, in %d day" days) told)))))

(ert-deftest memento-cards-quiz-test-below-3-comes-again ()
  (memento-test-with-cards
    (memento-cards-quiz)
    (dotimes (_ 3)
      (memento-test-card-keys "SPC" "1"))
    (should (= (plist-get memento--quiz-counts :again) 3))
    (let ((asked 0))
      (while memento--quiz-card
        (setq asked (1+ asked))
        (memento-test-card-keys "SPC" "3"))
      (should (= asked 3)))
    (memento-test-shows "Done for today\\.")
    (memento-test-shows "^6 answers to 3 cards in .*, 50% of them known\\.$")
    (memento-test-shows "One draft waits")))

(ert-deftest memento-cards-quiz-test-undo-several ()
  (memento-test-with-cards
    (memento-cards-quiz)
    (memento-test-card-keys "SPC" "4" "SPC" "1" "s" "u" "u")
    (should (equal (plist-get memento--quiz-card :id) (plist-get two :id)))
    (should-not memento--quiz-preview)
    (memento-test-card-keys "u")
    (should (equal (plist-get memento--quiz-card :id) (plist-get one :id)))
    (dolist (card (list one two three))
      (should-not (plist-get (memento-test-card-again card) :schedule))
      (should (eq (plist-get (memento-test-card-again card) :state) 'active)))
    (memento-test-should-refuse "" (memento-test-card-keys "u"))))

(ert-deftest memento-cards-quiz-test-deleted-elsewhere ()
  (memento-test-with-cards
    (memento-cards-quiz)
    (memento--call #'memento-core-card-delete (list (plist-get one :id)))
    (memento-test-should-refuse "One\\?.* was deleted meanwhile" (memento-test-card-keys "s"))
    (memento-test-shows "^Two\\?$")
    (memento-test-card-keys "SPC" "4" "s")
    (memento--call #'memento-core-card-delete (list (plist-get three :id)))
    (memento-test-should-refuse "deleted" (memento-test-card-keys "u"))
    ;; What was before that can still be taken back.
    (memento-test-card-keys "u")
    (memento-test-shows "^Two\\?$")
    (should-not (plist-get (memento-test-card-again two) :schedule))
    (memento-test-should-refuse "Nothing to undo" (memento-test-card-keys "u"))))

(ert-deftest memento-cards-quiz-test-answered-elsewhere ()
  (memento-test-with-cards
    (memento-cards-quiz)
    (memento-test-card-keys "SPC")
    (memento--call #'memento-core-card-answer (plist-get one :id) 4 nil)
    (memento-test-should-refuse "One\\?.* was answered elsewhere" (memento-test-card-keys "1"))
    (should (= (length (memento--call #'memento-core-card-reviews (plist-get one :id))) 1))
    (memento-test-shows "^Two\\?$")
    ;; What was answered here is asked again all the same.
    (memento-test-card-keys "SPC" "1" "SPC" "4" "SPC" "4")
    (should (= (length (memento--call #'memento-core-card-reviews (plist-get two :id))) 2))))

(ert-deftest memento-cards-quiz-test-all-cards-after-a-filter ()
  (memento-test-with-cards
    (memento-cards-quiz '(:project "garden"))
    (memento-test-shows "^Three\\?$")
    (call-interactively #'memento-cards-quiz)
    (should (= (plist-get memento--quiz-counts :new) 1))
    (memento-cards-quiz nil)
    (should (= (plist-get memento--quiz-counts :new) 3))))

(ert-deftest memento-cards-quiz-test-undo-says-why-it-is-asked ()
  (memento-test-with-cards
    (memento-cards-quiz '(:project "garden"))
    (memento-test-card-keys "SPC" "1")
    (memento-test-shows "garden . again$")
    (memento-test-card-keys "SPC" "4" "u")
    (memento-test-shows "garden . again$")
    (memento-test-card-keys "u")
    (memento-test-shows "garden . new$")))

(ert-deftest memento-cards-quiz-test-undo-after-leaving ()
  (memento-test-with-cards
    (memento-cards-quiz)
    (memento-test-card-keys "SPC" "4" "q")
    (memento-cards-quiz)
    (memento-test-shows "^Two\\?$")
    (memento-test-card-keys "u")
    (memento-test-shows "^One\\?$")
    (should-not (plist-get (memento-test-card-again one) :schedule))))

(ert-deftest memento-cards-quiz-test-leaving-keeps-all-and-restores-windows ()
  (memento-test-with-cards
    (find-file (memento-test-write "a.txt"))
    (split-window-right)
    (memento-test-goto-line 7)
    (let ((windows (mapcar (lambda (window) (list (window-buffer window) (window-start window) (window-point window)
                                                  (window-edges window)))
                           (window-list))))
      (memento-cards-quiz)
      (memento-test-card-keys "SPC" "5" "SPC" "q")
      (should-not (get-buffer "*memento quiz*"))
      (should (equal windows
                     (mapcar (lambda (window) (list (window-buffer window) (window-start window) (window-point window)
                                                    (window-edges window)))
                             (window-list)))))
    (should (plist-get (memento-test-card-again one) :schedule))
    (should-not (plist-get (memento-test-card-again two) :schedule))))

(ert-deftest memento-cards-quiz-test-suspend ()
  (memento-test-with-cards
    (memento-cards-quiz)
    (memento-test-card-keys "s")
    (should (eq (plist-get (memento-test-card-again one) :state) 'suspended))
    (memento-test-shows "^Two\\?$")))

(ert-deftest memento-cards-quiz-test-a-card-that-is-gone ()
  (memento-test-with-cards
    (memento-cards-quiz)
    (memento--call #'memento-core-card-delete (list (plist-get one :id)))
    (should-error (memento-test-card-keys "SPC") :type 'user-error)
    (memento-test-shows "^Two\\?$")
    (memento-test-card-keys "SPC")
    (memento--call #'memento-core-card-set-state (list (plist-get two :id)) "suspended")
    (should-error (memento-test-card-keys "4") :type 'user-error)
    (memento-test-shows "^Three\\?$")
    (memento-test-card-keys "SPC" "4")
    (memento-test-shows "^1 answer to 1 card in")))

(declare-function memento-core-card-delete "ext:memento-core")
(declare-function memento-core-card-set-state "ext:memento-core")

(ert-deftest memento-cards-quiz-test-edit ()
  (memento-test-with-cards
    (memento-cards-quiz)
    (memento-test-card-keys "e")
    (should (bound-and-true-p memento-cards-edit-mode))
    (goto-char (point-min))
    (search-forward "One?")
    (insert " Or more?")
    (memento-test-card-keys "C-c C-c")
    (should (equal (buffer-name) "*memento quiz*"))
    (memento-test-shows "^One\\? Or more\\?$")
    (should (equal (plist-get (memento-test-card-again one) :answer) "The answer to One?"))
    ;; After the flip e is an answer, and E edits.
    (memento-test-card-keys "SPC" "E" "C-c C-k")
    (should memento--quiz-preview)
    (memento-test-card-keys "e")
    (should (= (plist-get (plist-get (memento-test-card-again one) :schedule) :confidence) 5))))

(ert-deftest memento-cards-quiz-test-time-is-measured-and-capped ()
  (memento-test-with-cards
    (let ((memento-cards-longest 60))
      (memento-cards-quiz)
      (setq memento--quiz-begun (- (float-time) 12))
      (memento-test-card-keys "SPC" "4")
      (setq memento--quiz-begun (- (float-time) 4000))
      (memento-test-card-keys "SPC" "4"))
    (let ((duration (lambda (card)
                      (plist-get (car (memento--call #'memento-core-card-reviews (plist-get card :id))) :duration))))
      (should (<= 12000 (funcall duration one) 20000))
      (should (= (funcall duration two) 60000)))))

(ert-deftest memento-cards-quiz-test-filter ()
  (memento-test-with-cards
    (memento-cards-quiz '(:project "garden"))
    (memento-test-shows "^Three\\?$")
    (should (string-match-p "1 new . 0 done today . project garden" (memento--quiz-header 80)))
    (memento-test-card-keys "SPC" "4")
    (memento-test-shows "Done for today\\.")
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_ table &rest _)
                 (should (equal (all-completions "tag" table) '("tag first" "tag second")))
                 "tag second")))
      (memento-test-card-keys "f"))
    (memento-test-shows "^Two\\?$")))

(ert-deftest memento-cards-quiz-test-source-file-and-note ()
  (memento-test-with-card-home
    (let ((file (memento-test-write "src/a.py")))
      (memento-test-card "Which line?" :file file :line 7)
      (memento-test-write ".roam/n.org" ":PROPERTIES:\n:ID: abc\n:END:\n#+title: A note\n\nText\n")
      (memento-test-card "Which note?" :note "abc")
      (memento-test-card "Whence?")
      (memento-cards-quiz)
      (memento-test-card-keys "RET")
      (should (equal (buffer-file-name) file))
      (should (= (line-number-at-pos) 7))
      (call-interactively #'memento-cards-quiz)
      (memento-test-card-keys "SPC" "4" "RET")
      (should (equal (file-name-nondirectory (buffer-file-name)) "n.org"))
      (memento-cards-quiz)
      (memento-test-card-keys "SPC" "4")
      (memento-test-should-refuse "not said where this card comes from" (memento-test-card-keys "RET")))))

(ert-deftest memento-cards-quiz-test-empty ()
  (memento-test-with-card-home
    (memento-cards-quiz)
    (memento-test-shows "No cards yet\\.")
    (memento-test-shows "C writes one")
    (memento-test-shows-not "draft")
    (memento-test-should-refuse "No card is asked" (memento-test-card-keys "SPC"))
    (memento-test-card-keys "q")
    (memento-test-card "Draft?" :state "draft")
    (memento-cards-quiz)
    (memento-test-shows "No card is learnt yet\\.")
    (memento-test-shows "One draft waits for your word: A looks through it")
    (memento-test-card-keys "A" "y" "q")
    (memento-test-shows "^Draft\\?$")))

(ert-deftest memento-cards-quiz-test-new-cards-a-day ()
  (memento-test-with-card-home
    (dotimes (i 25)
      (memento-test-card (format "Card %d" i)))
    (memento-cards-quiz)
    (while memento--quiz-card
      (memento-test-card-keys "SPC" "4"))
    (memento-test-shows "^5 new cards wait for another day; N asks more of them today\\.$")
    (memento-cards-quiz-new 22)
    (should (= (plist-get memento--quiz-counts :new) 2))))

(ert-deftest memento-cards-quiz-test-a-month ()
  ;; The clock is the environment's: what `setenv' says holds from the next key on.
  (memento-test-with-card-home
    (dotimes (i 12)
      (memento-test-card (format "Card %d" i) :algorithm (nth (% i 4) '("sm2" "leitner" "fixed" "fsrs"))))
    (let ((answers 0))
      (dotimes (day 30)
        (memento-test-clock (format-time-string "%Y-%m-%dT09:00" (encode-time (list 0 0 9 (+ 5 day) 1 2026 nil -1 nil))))
        (memento-cards-quiz)
        (should-not memento--quiz-done)
        (while memento--quiz-card
          (setq answers (1+ answers))
          (memento-test-card-keys "SPC" (if (= 0 (% answers 7)) "1" "4")))
        (memento-test-card-keys "q"))
      (dolist (card (memento-test-card-list))
        (should (> (plist-get (plist-get card :schedule) :due-in) 0)))
      (should (> (seq-count (lambda (card) (> (plist-get (plist-get card :schedule) :interval) 7)) (memento-test-card-list))
                 3))
      (should (= answers
                 (apply #'+ (mapcar (lambda (card) (length (memento--call #'memento-core-card-reviews (plist-get card :id))))
                                    (memento-test-card-list)))))
      (should (< 40 answers 200)))))

(ert-deftest memento-cards-quiz-test-texts ()
  (memento-test-with-card-home
    (memento-test-card "What is `a + b`?"
                       :answer "In *Org*: =Add=\n\n```elisp\n(defun `x ())\n```\n\n#+begin_src emacs-lisp\n(let ((y 1)) y)\n#+end_src\nשלום")
    (memento-cards-quiz)
    (memento-test-card-keys "SPC")
    (memento-test-shows "^(defun `x ())$")
    (memento-test-shows-not "begin_src\\|```")
    (goto-char (point-min))
    (search-forward "a + b")
    (should (memq 'org-code (ensure-list (get-text-property (1- (point)) 'face))))
    (search-forward "(let")
    (should (memq 'font-lock-keyword-face (ensure-list (get-text-property (1- (point)) 'face))))
    (search-forward "שלום")
    (should (eq (current-bidi-paragraph-direction) 'right-to-left))))

(ert-deftest memento-cards-quiz-test-a-broken-language-does-not-stop-the-quiz ()
  (memento-test-with-card-home
    (memento-test-card "Code?" :answer "#+begin_src nosuchlanguage\nx\n#+end_src\n$\\frac{1$ and \\begin{align} no end")
    (memento-cards-quiz)
    (memento-test-card-keys "SPC")
    (memento-test-shows "frac{1")))

(ert-deftest memento-cards-quiz-test-the-answers-stay-in-sight ()
  (memento-test-with-card-home
    (memento-test-card "Long?" :answer (mapconcat #'number-to-string (number-sequence 1 100) "\n"))
    (memento-cards-quiz)
    (run-hooks 'post-command-hook)
    (should (equal (memento--quiz-mode-line) ""))
    (memento-test-card-keys "SPC")
    (run-hooks 'post-command-hook)
    (should (string-match-p "4 good" (memento--quiz-mode-line)))))

(ert-deftest memento-cards-quiz-test-evil ()
  (memento-test-evil)
  (memento-test-with-cards
    (evil-mode 1)
    (unwind-protect
        (progn
          (memento-cards-quiz)
          (should (eq (bound-and-true-p evil-state) 'motion))
          (pcase-dolist (`(,key . ,command) '(("SPC" . memento-cards-quiz-flip) ("g" . memento-cards-quiz-answer)
                                              ("h" . memento-cards-quiz-answer) ("5" . memento-cards-quiz-answer)
                                              ("u" . memento-cards-quiz-undo) ("RET" . memento-cards-quiz-source)
                                              ("q" . memento-cards-quiz-quit)))
            (should (eq (key-binding (kbd key)) command))))
      (evil-mode -1))))

(declare-function evil-mode "ext:evil-core")

;;; memento-cards-quiz-test.el ends here
