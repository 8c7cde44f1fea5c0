;;; memento-cards-end.el --- What is said when a quiz is over  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The last screen of the quiz: what was done, and when the next cards come.  Where there are no cards at all it says how to
;; come by some.

;;; Code:

(require 'memento-cards)

(declare-function memento-core-card-list "ext:memento-core")
(declare-function memento-core-card-today "ext:memento-core")

(defun memento--cards-total (filter &rest query)
  "Return how many cards there are of FILTER and QUERY."
  (plist-get (memento--call #'memento-core-card-list (append (list :limit 0) query filter)) :total))

(defun memento--cards-next-due (filter today)
  "Return when the next cards of FILTER are due after TODAY: (DAYS . COUNT).
Return nil where there are none."
  (let* ((active (append '(:state "active" :new "no" :order "due") filter))
         (now (memento--cards-total filter :state "active" :new "no" :due today))
         (next (car (plist-get (memento--call #'memento-core-card-list (append (list :limit 1 :offset now) active))
                               :cards)))
         (schedule (plist-get next :schedule)))
    (and schedule
         (cons (plist-get schedule :due-in)
               (- (memento--cards-total filter :state "active" :new "no" :due (plist-get schedule :due)) now)))))

(defun memento--cards-in-days (days)
  "Return in words when it is in DAYS from today."
  (if (= days 1) "tomorrow" (format "in %s" (memento--count days "day"))))

(defun memento--cards-done-sentences (done)
  "Return in sentences what DONE, of the quiz, comes to."
  (let* ((answers (seq-filter (lambda (one) (eq (car one) 'answer)) done))
         (cards (delete-dups (mapcar #'cadr answers)))
         (known (seq-count (lambda (one) (>= (nth 2 one) 3)) answers))
         (time (apply #'+ (mapcar (lambda (one) (nth 3 one)) answers))))
    (and answers
         (list (format "%s to %s in %s, %d%% of them known."
                       (memento--count (length answers) "answer") (memento--count (length cards) "card")
                       (memento--cards-duration time) (round (* 100.0 known) (length answers)))))))

(defun memento--cards-next-sentences (filter counts)
  "Return in sentences what comes next of FILTER; COUNTS are those of the queue."
  (let* ((resting (plist-get counts :resting))
         (new (memento--cards-total filter :state "active" :new "yes"))
         (next (memento--cards-next-due filter (memento--call #'memento-core-card-today))))
    (delq nil
          (list
           (and next (format "The next %s %s." (if (= (cdr next) 1) "card comes" (concat (memento--number (cdr next))
                                                                                        " cards come"))
                             (memento--cards-in-days (car next))))
           (and (> resting 0)
                (format "%s until tomorrow, for %s asked today."
                        (if (= resting 1) "One card rests" (format "%s rest" (memento--count resting "card")))
                        (if (= resting 1) "its sibling was" "their siblings were")))
           (and (> new resting)
                (format "%s for another day; [N] asks more of them today."
                        (if (= new 1) "One new card waits"
                          (concat (memento--count new "new card") " wait"))))))))

(defun memento--cards-drafts-sentence (filter)
  "Return in a sentence how many drafts of FILTER wait, or nil."
  (let ((drafts (memento--cards-total filter :state "draft")))
    (and (> drafts 0)
         (format "%s for your word: [A] looks through %s." (if (= drafts 1) "One draft waits"
                                                             (concat (memento--count drafts "draft") " wait"))
                 (if (= drafts 1) "it" "them")))))

(defun memento--cards-quiz-end (filter counts done)
  "Insert the end of a quiz of FILTER; COUNTS are the queue's, DONE what was done."
  (let* ((any (> (memento--cards-total filter) 0))
         (drafts (memento--cards-drafts-sentence filter))
         (elsewhere (and filter (memento--cards-total nil :state "active" :new "no"
                                                      :due (memento--call #'memento-core-card-today))))
         (asleep (and any (= 0 (memento--cards-total filter :state "active"))
                      (memento--cards-total filter :state "suspended"))))
    (insert "\n  "
            (propertize (cond ((not any) (if filter "No cards are like this." "No cards yet."))
                              ((or done (> (plist-get counts :done) 0)) "Done for today.")
                              ((= 0 (memento--cards-total filter :state "active")) "No card is learnt yet.")
                              (t "Nothing is due."))
                        'face 'bold)
            "\n\n")
    (dolist (sentence
             (append
              (memento--cards-done-sentences done)
              (and any (memento--cards-next-sentences filter counts))
              (delq nil
                    (list
                     drafts
                     (and asleep (> asleep 0)
                          (format "%s suspended: [L] lists them, s there wakes them up."
                                  (if (= asleep 1) "One card is" (concat (memento--count asleep "card") " are"))))
                     (and elsewhere (> elsewhere 0)
                          (format "Of all cards %s due: [f] asks others."
                                  (if (= elsewhere 1) "one is" (format "%s are" (memento--number elsewhere)))))))
              (and (not any) (null filter)
                   '("[C] writes one; in a file or a note the region becomes its answer."
                     "Assistants make them with flashcard_bulk_create, for you to accept."
                     "M-x memento-cards-import reads JSON, CSV, Org and Anki's packages."))))
      (insert (propertize (concat (memento--cards-keys sentence) "\n") 'line-prefix "  " 'wrap-prefix "  ")))
    (insert "\n"
            (memento--cards-keys (concat "  [q] leaves"
                                         (if any "   [L] lists the cards   [i] numbers" "")
                                         (if (or done (> (plist-get counts :done) 0)) "   [u] takes the last answer back" "")
                                         "\n")))))

(provide 'memento-cards-end)
;;; memento-cards-end.el ends here
