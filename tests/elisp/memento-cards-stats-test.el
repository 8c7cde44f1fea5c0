;;; memento-cards-stats-test.el --- Tests of the numbers, import and export  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-cards-test-helper)

(declare-function memento-core-card-algorithm "ext:memento-core")
(declare-function memento-core-card-answer "ext:memento-core")
(declare-function memento-core-card-reviews "ext:memento-core")

(defun memento-test-card-days (days)
  "Answer what there is to ask on each of DAYS days, every fifth card not known."
  (let ((answers 0))
    (dotimes (day days)
      (memento-test-clock (format-time-string "%Y-%m-%dT09:00" (encode-time (list 0 0 9 (+ 5 day) 1 2026 nil -1 nil))))
      (let (card)
        (while (setq card (car (plist-get (memento--call #'memento-core-card-queue nil 1) :cards)))
          (setq answers (1+ answers))
          (memento--call #'memento-core-card-answer (plist-get card :id) (if (= 0 (% answers 5)) 1 4) 2000))))
    answers))

(declare-function memento-core-card-queue "ext:memento-core")

(ert-deftest memento-cards-stats-test-numbers ()
  (memento-test-with-cards
    (let ((answers (memento-test-card-days 10)))
      (memento-cards-stats)
      (memento-test-shows "^Today\n +\\(Nothing left . \\)?[0-9]+ done")
      (memento-test-shows "^  10 days in a row, 10 at most\\|^  [0-9]+ days? in a row")
      (memento-test-shows "^Cards  4\n .*1 draft")
      (memento-test-shows (format "^  %d answers in .*, 2\\.0 s each$" answers))
      (memento-test-shows "^    garden +[0-9]+%")
      (memento-test-shows "^    fsrs +[0-9]+%")
      (memento-test-card-keys "t")
      (should (equal memento--cards-stats-period "today"))
      (memento-test-shows "^Today\n +\\([0-9]+ answers? in\\|No answers\\)")
      (memento-test-card-keys "a")
      (memento-test-shows (format "^  %d answers" answers)))))

(ert-deftest memento-cards-stats-test-forecast ()
  (memento-test-with-cards
    (memento-test-card-days 3)
    (memento-cards-stats)
    (memento-test-shows "^    today     Jan 12        Jan 19        Jan 26")
    (let ((due 0) (place (point-min)))
      (while (setq place (text-property-not-all place (point-max) 'memento-cards-day nil))
        (setq due (1+ due)
              place (next-single-property-change place 'memento-cards-day nil (point-max))))
      (should (> due 0)))
    (let ((memento-ascii t))
      (revert-buffer)
      (memento-test-shows "#")
      (memento-test-shows-not "[▁-█]"))))

(ert-deftest memento-cards-stats-test-forecast-as-a-picture ()
  (memento-test-with-cards
    (memento-test-card-days 3)
    (let ((stats (plist-get (memento--cards-wait "Counting" #'memento-core-card-stats nil "month") :stats)) svg)
      (with-temp-buffer
        (cl-letf (((symbol-function 'svg-image) (lambda (image &rest _) (setq svg image) nil))
                  ((symbol-function 'insert-image) #'ignore))
          (memento--forecast-svg (plist-get stats :forecast) (plist-get stats :today) 800)))
      ;; The ground, and a column for each day with cards.
      (should (= (length (seq-filter (lambda (node) (eq (car-safe node) 'rect)) (cddr svg)))
                 (1+ (seq-count (lambda (day) (> (plist-get day :count) 0)) (plist-get stats :forecast)))))
      (should (= (length (plist-get stats :forecast)) 30)))
    (should (equal (mapcar #'memento--forecast-nice '(1 3 7 12 99 101)) '(2 4 8 20 100 200)))))

(declare-function memento-core-card-stats "ext:memento-core")

(ert-deftest memento-cards-stats-test-buttons ()
  (memento-test-with-cards
    (memento-test-card-days 20)
    (memento-cards-stats)
    (goto-char (point-min))
    (re-search-forward "1 draft")
    (goto-char (match-beginning 0))
    (memento-test-card-keys "RET")
    (should (derived-mode-p 'memento-cards-list-mode))
    (should (equal (mapcar (lambda (card) (plist-get card :question)) memento--cards-listed) '("Draft?")))
    (memento-cards-stats)
    (goto-char (point-min))
    (search-forward "Hardest")
    (memento-test-card-keys "TAB" "RET")
    (should (derived-mode-p 'memento-cards-show-mode))))

(ert-deftest memento-cards-stats-test-of-a-filter-and-of-none ()
  (memento-test-with-cards
    (memento-cards-stats '(:project "garden"))
    (memento-test-shows "^Cards  1$")
    (should (string-match-p "project garden" (memento--cards-stats-header 100)))
    (memento-test-shows "No answers"))
  (memento-test-with-card-home
    (memento-cards-stats)
    (memento-test-shows "No cards to count yet")))

;;;; Algorithms

(ert-deftest memento-cards-stats-test-the-algorithm-of-a-project ()
  (memento-test-with-cards
    (memento-test-card-days 8)
    (let ((before (plist-get (plist-get (memento-test-card-again one) :schedule) :due)))
      (should (string-match-p "\\`shop goes by leitner:1,2,3 now; [0-9]+ cards? \\(is\\|are\\) due on another day"
                              (memento-test-messages (memento-cards-set-algorithm "shop" "leitner:1,2,3"))))
      (should (equal (plist-get (memento-test-card-again one) :algorithm) "leitner:1,2,3"))
      (should (equal (plist-get (memento-test-card-again three) :algorithm) "fsrs:0.9"))
      (memento-cards-set-algorithm "shop" nil)
      (should (equal (plist-get (plist-get (memento-test-card-again one) :schedule) :due) before)))
    (memento-test-should-refuse "no such algorithm" (memento-cards-set-algorithm "shop" "sm3"))))

;;;; Files

(ert-deftest memento-cards-stats-test-files-go-out-and-come-in ()
  (memento-test-with-cards
    (memento-test-card-days 4)
    (let ((reviews (length (memento--call #'memento-core-card-reviews (plist-get one :id)))))
      (pcase-dolist (`(,format ,extension ,_) memento--cards-formats)
        (let ((file (expand-file-name (concat "cards." extension) memento-test-home)))
          (should (string-match-p "\\`Wrote 3 cards to ~/cards\\." (memento-test-messages (memento-cards-export file format))))
          (should (file-exists-p file))
          (cl-letf (((symbol-function 'y-or-n-p) (lambda (question) (should (string-match-p "\\`Replace" question)) nil)))
            (memento-cards-export file format))))
      ;; A second machine.
      (setenv "MEMENTO_DATA_DIR" (expand-file-name "second" memento-test-home))
      (should-not (memento-test-card-list))
      (let ((file (expand-file-name "cards.jsonl" memento-test-home)))
        (should (string-match-p "\\`cards\\.jsonl: 3 new cards, [0-9]+ new answers"
                                (memento-test-messages (memento-cards-import file nil nil))))
        (should (= (length (memento--call #'memento-core-card-reviews (plist-get one :id))) reviews))
        (should-not (string-match-p "new" (memento-test-messages (memento-cards-import file nil nil))))))))

(ert-deftest memento-cards-stats-test-import-names-what-is-wrong ()
  (memento-test-with-cards
    (let ((file (memento-test-write "deck.json" (concat "[{\"question\": \"One?\", \"answer\": \"known\"},"
                                                        " {\"question\": \"New?\", \"answer\": \"yes\"},"
                                                        " {\"question\": \"\", \"answer\": \"of nothing\"}]"))))
      (memento-test-should-refuse "deck\\.json" (memento-cards-import file nil "shop"))
      (should-not (member "New?" (memento-test-card-questions)))
      (should (equal (memento-test-messages (memento-cards-import file nil "shop" '(:partial t :state "draft")))
                     "deck.json: 1 new card, 1 known already, 1 not good; M-x memento-cards-accept accepts the drafts"))
      (should (equal (memento-test-card-questions :state "draft") '("New?" "Draft?")))
      (with-current-buffer "*memento import*"
        (memento-test-shows "Not good\n  index 2.*: ")
        (memento-test-shows "Known already\n  index 0: One\\?")))))

(ert-deftest memento-cards-stats-test-the-line-of-cards-fits ()
  (with-temp-buffer
    (memento--cards-stats-now '(:counts (:again 0 :due 160 :new 70 :resting 0 :left 230 :done 40) :today "2026-01-31" :streak 20
                                :longest-streak 20 :cards 1220 :new 170 :young 650 :mature 460 :drafts 1 :suspended 10 :leeches 1)
                              nil)
    (memento-test-shows "460 mature . 1 draft . 10 suspended . 1 leech$")
    (goto-char (point-min))
    (while (not (eobp))
      (should (< (- (line-end-position) (line-beginning-position)) 80))
      (forward-line 1))))

(ert-deftest memento-cards-stats-test-export-to-nowhere ()
  (memento-test-with-cards
    (memento-test-should-refuse "There is no directory ~/nowhere/: make it first"
      (memento-cards-export "~/nowhere/cards.json" "json"))
    (memento-test-should-refuse "is a directory: name a file" (memento-cards-export "~/" "json"))))

;;; memento-cards-stats-test.el ends here
