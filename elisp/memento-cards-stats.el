;;; memento-cards-stats.el --- How it goes  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-cards-stats' tells how it goes: today, what is due on the next days, how much was known, how long it took, what is
;; hardest.  t, w, m and a count today, a week, a month or all.

;;; Code:

(require 'memento-cards-forecast)
(require 'memento-cards-list)
(require 'memento-prompts-stats)

(declare-function memento-core-card-stats "ext:memento-core")
(declare-function memento--evil-buffer "memento-evil")

;;;; Internal variables

(defvar-local memento--cards-stats-filter nil "Which cards are counted, a plist as the module takes it.")
(defvar-local memento--cards-stats-period "month" "The time that answers are counted in.")

(defconst memento--cards-periods '(("today" "t" "Today") ("week" "w" "7 days") ("month" "m" "30 days") ("all" "a" "All"))
  "The periods: (NAME KEY LABEL).")

;;;; Sections

(defun memento--cards-stats-list (text query)
  "Return TEXT, on which RET lists QUERY."
  (propertize text 'memento-query query 'mouse-face 'highlight 'help-echo "RET: list these"))

(defun memento--cards-stats-now (stats filter)
  "Insert what there is now of FILTER, of STATS."
  (let* ((counts (plist-get stats :counts))
         (today (plist-get stats :today))
         (dot (memento--glyph " · " " | "))
         (part (lambda (n what face &rest query)
                 (and (> n 0)
                      (memento--cards-stats-list (propertize (concat (memento--number n) " " what) 'face face)
                                                 (append query filter))))))
    (memento--stats-heading "Today")
    (insert "  "
            (string-join
             (delq nil
                   (list (funcall part (plist-get counts :again) "again" 'memento-cards-again
                                  :state "active" :new "no" :due today)
                         (funcall part (plist-get counts :due) "due" 'memento-cards-good :state "active" :new "no" :due today)
                         (funcall part (plist-get counts :new) "new" 'memento-cards-easy :state "active" :new "yes")
                         (and (= 0 (plist-get counts :left)) "Nothing left")
                         (concat (memento--number (plist-get counts :done)) " done")
                         (funcall part (plist-get counts :resting) "at rest" 'shadow :state "active")))
             dot)
            "\n  "
            (let ((streak (plist-get stats :streak)))
              (format "%s in a row, %s at most" (memento--count streak "day")
                      (memento--number (plist-get stats :longest-streak))))
            "\n")
    (memento--stats-heading "Cards" (memento--number (plist-get stats :cards)))
    (insert "  "
            (string-join
             (delq nil
                   (list (funcall part (plist-get stats :new) "never asked" 'memento-cards-easy :state "active" :new "yes")
                         (funcall part (plist-get stats :young) "young" 'memento-cards-hard :state "active" :new "no")
                         (funcall part (plist-get stats :mature) "mature" 'memento-cards-good
                                  :state "active" :new "no" :order "due")
                         (funcall part (plist-get stats :drafts) (if (= 1 (plist-get stats :drafts)) "draft" "drafts")
                                  'memento-cards-draft :state "draft")
                         (funcall part (plist-get stats :suspended) "suspended" 'shadow :state "suspended")
                         (funcall part (plist-get stats :leeches) (if (= 1 (plist-get stats :leeches)) "leech" "leeches")
                                  'memento-cards-again :state "suspended" :leech t)))
             dot)
            "\n")))

(defun memento--cards-stats-share (retention)
  "Return the share of RETENTION in words."
  (let ((share (plist-get retention :share)))
    (if share (format "%3d%%" (round (* 100 share))) " -  ")))

(defun memento--cards-stats-bands (title bands key filter width)
  "Insert BANDS under TITLE; RET lists cards of FILTER whose KEY it is.
The bars have WIDTH columns at most."
  (when bands
    (insert "  " (propertize title 'face 'memento-cards-label) "\n")
    (dolist (band bands)
      (let* ((name (plist-get band :name))
             (retention (plist-get band :retention))
             (begin (point)))
        (insert "    " (memento--cut (if (string-empty-p name) "no project" name) 20 t) " "
                (memento--cards-stats-share retention) " "
                (let ((bar (memento--stats-bar (or (plist-get retention :share) 0) 1.0 width)))
                  (concat bar (make-string (max 0 (- width (string-width bar))) ?\s)))
                (propertize (format " %s" (memento--count (plist-get retention :answers) "answer")) 'face 'shadow)
                "\n")
        (when key
          (add-text-properties begin (1- (point))
                               (list 'memento-query (append (list key (car (split-string name ":"))) filter)
                                     'mouse-face 'highlight 'help-echo "RET: list these")))))))

(defun memento--cards-stats-past (stats filter width)
  "Insert what was answered in the period of STATS about FILTER, in WIDTH columns."
  (let* ((answers (plist-get stats :answers))
         (bar (max 10 (min 30 (- width 48))))
         (label (nth 2 (assoc (symbol-name (plist-get stats :period)) memento--cards-periods))))
    (memento--stats-heading label (and (plist-get stats :from) (not (eq (plist-get stats :period) 'today))
                                       (format "from %s" (plist-get stats :from))))
    (if (= answers 0)
        (insert "  No answers.\n")
      (insert (format "  %s in %s%s\n" (memento--count answers "answer")
                      (memento--cards-duration (plist-get stats :time))
                      (if (> (plist-get stats :timed) 0)
                          (format ", %.1f s each" (/ (plist-get stats :time) 1000.0 (plist-get stats :timed)))
                        "")))
      (memento--stats-rows
       (seq-mapn (lambda (answer count) (list (format "%d %s" (1+ (plist-get answer :index)) (plist-get answer :name)) count nil nil))
                 (seq-map-indexed (lambda (name index) (list :index index :name name))
                                  '("again" "again" "hard" "good" "easy"))
                 (plist-get stats :confidences))
       8 bar)
      (memento--stats-heading "Known when asked" (memento--cards-stats-share (plist-get stats :retention)))
      (memento--cards-stats-bands "by algorithm" (plist-get stats :algorithms) :algorithm filter bar)
      (memento--cards-stats-bands "by project" (seq-take (plist-get stats :projects) 15) :project filter bar)
      (memento--cards-stats-bands "by age" (plist-get stats :ages) nil filter bar))))

(defun memento--cards-stats-hardest (stats width)
  "Insert the hardest cards of STATS in WIDTH columns, as buttons."
  (when (plist-get stats :hardest)
    (memento--stats-heading "Hardest" "by how often they were forgotten")
    (dolist (card (plist-get stats :hardest))
      (insert (format "  %3d  " (plist-get (plist-get card :schedule) :lapses)))
      (let ((id (plist-get card :id)))
        (insert-text-button (memento--cards-line card (max 20 (- width 9)))
                            'action (lambda (_) (memento-cards-show id))
                            'face 'default 'mouse-face 'highlight
                            'follow-link t 'help-echo "RET: show this card"))
      (insert "\n"))))

(defun memento--cards-stats-insert (stats filter width)
  "Insert STATS of FILTER in WIDTH columns."
  (memento--cards-stats-now stats filter)
  (memento--stats-heading "Due on the next 30 days")
  (memento--forecast-insert (plist-get stats :forecast) (plist-get stats :today))
  (memento--cards-stats-past stats filter width)
  (memento--cards-stats-hardest stats width))

;;;; The mode

(defun memento--cards-stats-header (width)
  "Return the header line in WIDTH columns."
  (memento--header-line
   (concat " "
           (mapconcat (pcase-lambda (`(,name ,key ,label))
                        (concat (propertize key 'face 'memento-cards-key) " "
                                (if (equal name memento--cards-stats-period) (propertize label 'face 'bold) label)))
                      memento--cards-periods "  ")
           (mapconcat (lambda (name) (concat (memento--glyph " · " " | ") (propertize name 'face 'bold)))
                      (memento--cards-filter-names memento--cards-stats-filter) ""))
   "f filter  g again  q leave " width))

(defun memento--cards-stats-draw (&rest _)
  "Count again and show it, for `revert-buffer-function'."
  (let* ((filter memento--cards-stats-filter)
         (stats (plist-get (memento--with-user-errors
                             (memento--cards-wait "Counting answers" #'memento-core-card-stats filter
                                                  memento--cards-stats-period))
                           :stats))
         (line (line-number-at-pos))
         (inhibit-read-only t))
    (erase-buffer)
    (if (= (plist-get stats :cards) 0)
        (insert "\n  No cards to count" (if filter " like this: f asks for others.\n" " yet: C writes one.\n"))
      (memento--cards-stats-insert
       stats filter (min 100 (window-body-width (or (get-buffer-window nil t) (selected-window)))))
      (goto-char (point-min))
      (delete-blank-lines))
    (set-buffer-modified-p nil)
    (goto-char (point-min))
    (forward-line (1- line))))

(defun memento-cards-stats-period (period)
  "Count the answers of PERIOD, by default that whose key was typed."
  (interactive
   (list (let ((key (event-basic-type last-command-event)))
           (or (car (seq-find (lambda (period) (equal (nth 1 period) (and (characterp key) (string key))))
                              memento--cards-periods))
               (completing-read "Period: " (mapcar #'car memento--cards-periods) nil t)))))
  (setq memento--cards-stats-period period)
  (memento--cards-stats-draw))

(defun memento-cards-stats-filter (filter)
  "Count the cards of FILTER alone: a project, a tag or an algorithm."
  (interactive (list (memento--with-user-errors (memento--cards-read-filter "Count"))))
  (setq memento--cards-stats-filter filter)
  (memento--cards-stats-draw))

(defun memento-cards-stats-visit ()
  "List the cards that the number at point counts, or show the card there."
  (interactive)
  (if-let ((button (button-at (point))))
      (push-button button)
    (memento--cards-list-open
     (let ((query (or (get-text-property (point) 'memento-query)
                      ;; Beside the numbers of a line its first one is meant.
                      (let ((place (text-property-not-all (line-beginning-position) (line-end-position)
                                                          'memento-query nil)))
                        (and place (get-text-property place 'memento-query)))
                      (user-error "Go to a number, a project or a card first (TAB)"))))
       (apply #'memento--query-with nil query)))))

(defun memento--cards-stats-stops ()
  "Return where RET does something, in their order."
  (save-excursion
    (let ((place (point-min)) stops)
      (while (< place (point-max))
        (when (and (or (get-text-property place 'memento-query) (button-at place))
                   (not (and (> place (point-min))
                             (equal (get-text-property place 'memento-query) (get-text-property (1- place) 'memento-query))
                             (equal (button-at place) (button-at (1- place))))))
          (push place stops))
        (setq place (next-property-change place nil (point-max))))
      (nreverse stops))))

(defun memento-cards-stats-next ()
  "Go to the next number that can be listed, or card."
  (interactive)
  (goto-char (or (seq-find (lambda (place) (> place (point))) (memento--cards-stats-stops)) (user-error "No other one"))))

(defun memento-cards-stats-previous ()
  "Go to the previous number that can be listed, or card."
  (interactive)
  (goto-char (or (seq-find (lambda (place) (< place (point))) (reverse (memento--cards-stats-stops)))
                 (user-error "No other one"))))

(defvar memento-cards-stats-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map special-mode-map)
    (define-key map (kbd "RET") #'memento-cards-stats-visit)
    (define-key map (kbd "<mouse-2>") #'memento-cards-stats-visit)
    (define-key map (kbd "TAB") #'memento-cards-stats-next)
    (define-key map (kbd "<backtab>") #'memento-cards-stats-previous)
    (define-key map (kbd "n") #'next-line)
    (define-key map (kbd "p") #'previous-line)
    (dolist (key '("t" "w" "m" "a"))
      (define-key map (kbd key) #'memento-cards-stats-period))
    (define-key map (kbd "f") #'memento-cards-stats-filter)
    (define-key map (kbd "C") #'memento-cards-create)
    (define-key map (kbd "Q") #'memento-cards-quiz)
    (define-key map (kbd "?") #'describe-mode)
    map)
  "Keys of how it goes.")

(define-derived-mode memento-cards-stats-mode special-mode "Card Numbers"
  "Mode of the flashcards in numbers.
\\<memento-cards-stats-mode-map>\\[memento-cards-stats-visit] on a number or a project lists what was counted, and shows a hard card.
t, w, m and a count today, seven days, thirty days, and all; \\[memento-cards-stats-filter] counts
one project, tag or algorithm alone.  Mature is what comes again after 21 days
or more, young what comes sooner.

\\{memento-cards-stats-mode-map}"
  (setq truncate-lines t)
  (setq-local revert-buffer-function #'memento--cards-stats-draw)
  (setq header-line-format '(:eval (memento--cards-stats-header (window-width))))
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-buffer 'memento-cards-stats-mode memento-cards-stats-mode-map
                          '("RET" "TAB" "<backtab>" "n" "p" "t" "w" "m" "a" "f" "C" "Q" "?" "q"))))

;;;###autoload
(defun memento-cards-stats (&optional filter)
  "Show the flashcards in numbers.
From the list and the quiz it is those that are there; with a prefix argument,
or in Lisp with FILTER, those of one project, tag or algorithm."
  (interactive
   (list (cond (current-prefix-arg (memento--with-user-errors (memento--cards-read-filter "Count")))
               ((derived-mode-p 'memento-cards-list-mode) (memento--cards-list-part))
               ((derived-mode-p 'memento-cards-quiz-mode) (bound-and-true-p memento--quiz-filter)))))
  (memento--with-user-errors (memento--store))
  (pop-to-buffer-same-window (get-buffer-create "*memento card numbers*"))
  (memento-cards-stats-mode)
  (setq memento--cards-stats-filter filter)
  (let (drawn)
    (unwind-protect
        (progn
          (memento--cards-stats-draw)
          (setq drawn t))
      ;; Who does not wait for the numbers is not left with an empty buffer.
      (unless drawn
        (quit-window t))))
  (goto-char (point-min)))

(provide 'memento-cards-stats)
;;; memento-cards-stats.el ends here
