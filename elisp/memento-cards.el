;;; memento-cards.el --- Flashcards: what was learnt stays learnt  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; An assistant writes cards, or the person does; they are learnt here and kept for years.  This file has what the parts
;; share: how a card is told of, and which cards are meant.  The parts are in files of their own:
;;
;; - memento-cards-text.el: a card's texts on the screen, and -markdown.el: what is Markdown of them
;; - memento-cards-quiz.el: the quiz, -screen.el: what it shows, and -end.el: what it says when it is over
;; - memento-cards-edit.el: the buffer in which a card is written, and -create.el: cards from the region
;; - memento-cards-accept.el: what assistants wrote, one by one
;; - memento-cards-list.el: the cards as a table, with -filter.el, -mark.el and -show.el
;; - memento-cards-stats.el: how it goes, and -forecast.el: what comes
;; - memento-cards-exchange.el: import and export

;;; Code:

(require 'memento-prompts)
(require 'memento-review)

(declare-function memento-core-card-algorithm "ext:memento-core")
(declare-function memento-core-card-projects "ext:memento-core")
(declare-function memento-core-card-set-algorithm "ext:memento-core")
(declare-function memento-core-card-tags "ext:memento-core")
(declare-function memento-core-notes-with-id "ext:memento-core")
(declare-function memento--notes-sync "memento-notes")
(declare-function memento--notes-visit-node "memento-notes")
(declare-function memento--follow-file "memento-visit")
(declare-function memento--go-to "memento-visit")
(declare-function memento--line-position "memento-visit")

;;;; Customization

(defgroup memento-cards nil
  "Flashcards."
  :group 'memento
  :prefix "memento-cards-")

(defcustom memento-cards-changed-hook nil
  "Hook run after cards were made, changed, answered or deleted."
  :type 'hook)

;;;; Faces

;; Of the palette of Okabe and Ito, which colour-blind eyes tell apart; darker on light ground.
(defface memento-cards-again '((((background light)) :foreground "#c04a00")
                               (t :foreground "#ff8c5a"))
  "Face of what was not known: the answers 1 and 2.")

(defface memento-cards-hard '((((background light)) :foreground "#7a6a00")
                              (t :foreground "#f0e442"))
  "Face of what was hard: the answer 3.")

(defface memento-cards-good '((((background light)) :foreground "#007a58")
                              (t :foreground "#2fd6a4"))
  "Face of what was known: the answer 4.")

(defface memento-cards-easy '((((background light)) :foreground "#0072b2")
                              (t :foreground "#56b4e9"))
  "Face of what was easy: the answer 5; and of new cards.")

(defface memento-cards-question '((t :inherit default :height 1.15))
  "Face of the question of a card in the quiz.")

(defface memento-cards-label '((t :inherit shadow))
  "Face of the names of what is told about a card.")

(defface memento-cards-project '((t :inherit font-lock-constant-face))
  "Face of the project of a card.")

(defface memento-cards-tag '((t :inherit font-lock-type-face))
  "Face of the tags of a card.")

(defface memento-cards-draft '((t :inherit font-lock-doc-face))
  "Face of what waits to be accepted.")

(defface memento-cards-suspended '((t :inherit shadow))
  "Face of cards that are not asked.")

(defface memento-cards-key '((t :inherit (bold font-lock-keyword-face)))
  "Face of the keys that are named in texts.")

;;;; In words

(defun memento--cards-days (days)
  "Return DAYS, an interval, in a few characters."
  (cond ((< days 1) "today")
        ((< days 31) (format "%dd" days))
        ((< days 365) (format "%.1fmo" (/ days 30.4)))
        (t (format "%.1fy" (/ days 365.25)))))

(defun memento--cards-due (card)
  "Return when CARD is due, in a few characters."
  (let* ((schedule (plist-get card :schedule))
         (days (plist-get schedule :due-in)))
    (cond ((eq (plist-get card :state) 'draft) (propertize "draft" 'face 'memento-cards-draft))
          ((plist-get card :leech) (propertize "leech" 'face 'memento-cards-again))
          ((eq (plist-get card :state) 'suspended) (propertize "susp." 'face 'memento-cards-suspended))
          ((null schedule) (propertize "new" 'face 'memento-cards-easy))
          ((= days 0) (propertize "today" 'face 'memento-cards-good))
          ((< days 0) (propertize (concat "-" (memento--cards-days (- days))) 'face 'memento-cards-again))
          (t (memento--cards-days days)))))

(defun memento--cards-due-sentence (card)
  "Return when CARD is due, in words."
  (let* ((schedule (plist-get card :schedule))
         (days (plist-get schedule :due-in)))
    (cond ((eq (plist-get card :state) 'draft) "a draft: accept it to learn it")
          ((plist-get card :leech) "suspended, for it was forgotten too often")
          ((eq (plist-get card :state) 'suspended) "suspended")
          ((null schedule) "never asked yet")
          ((= days 0) "due today")
          ((= days 1) "due tomorrow")
          ((> days 0) (format "due %s, in %s" (plist-get schedule :due) (memento--count days "day")))
          (t (format "overdue by %s" (memento--count (- days) "day"))))))

(defun memento--cards-duration (milliseconds)
  "Return MILLISECONDS in words."
  (let ((seconds (round milliseconds 1000)))
    (cond ((< seconds 60) (format "%d s" seconds))
          ((< seconds 3600) (format "%d min" (round seconds 60)))
          (t (format "%d h %02d min" (/ seconds 3600) (/ (% seconds 3600) 60))))))

(defun memento--cards-face (confidence)
  "Return the face of CONFIDENCE, 1 to 5."
  (nth (1- confidence) '(memento-cards-again memento-cards-again memento-cards-hard memento-cards-good memento-cards-easy)))

(defun memento--cards-line (card width)
  "Return the question of CARD on one line of WIDTH columns."
  (memento--cut (memento--one-line (plist-get card :question)) width))

(defun memento--cards-name (card)
  "Return the name of CARD for a message."
  (concat "“" (memento--cards-line card 40) "”"))

(defun memento--cards-tags (card)
  "Return the tags of CARD, with a # before each, or \"\"."
  (propertize (mapconcat (lambda (tag) (concat "#" tag)) (plist-get card :tags) " ") 'face 'memento-cards-tag))

(defun memento--cards-keys (text)
  "Return TEXT with what stands in [brackets] as keys."
  (replace-regexp-in-string "\\[\\([^]]+\\)\\]"
                            (lambda (match) (propertize (substring match 1 -1) 'face 'memento-cards-key))
                            text t t))

;;;; Which cards

(defun memento--cards-filter-names (filter)
  "Return the parts of FILTER, a plist as the module takes it, in words."
  (delq nil
        (list (when-let ((project (plist-get filter :project)))
                (if (string-empty-p project) "no project" (concat "project " project)))
              (and (plist-get filter :tags) (concat "tag " (string-join (plist-get filter :tags) " + ")))
              (and (plist-get filter :algorithm) (concat "algorithm " (plist-get filter :algorithm))))))

(defconst memento--cards-algorithms
  '(("fsrs" . "learns how you forget; fsrs:0.9 is the share that you want to know")
    ("sm2" . "SM-2, with an ease for each card")
    ("leitner" . "boxes; leitner:1,2,4,8,16 are their days")
    ("fixed" . "a fixed list of days; fixed:1,3,7,14,30,90"))
  "The algorithms, with what is to be said of each.")

(defun memento--cards-filter-choices ()
  "Return what cards can be filtered by: an alist of (NAME ANNOTATION . FILTER)."
  (append
   '(("all cards" ""))
   (mapcar (lambda (project)
             (let ((name (plist-get project :project)))
               `(,(if (string-empty-p name) "no project" (concat "project " name))
                 ,(format "%s, %d due, %d new" (memento--count (plist-get project :cards) "card")
                          (plist-get project :due) (plist-get project :new))
                 :project ,name)))
           (memento--call #'memento-core-card-projects))
   (mapcar (lambda (tag)
             `(,(concat "tag " (plist-get tag :tag)) ,(memento--count (plist-get tag :cards) "card")
               :tags (,(plist-get tag :tag))))
           (memento--call #'memento-core-card-tags))
   (mapcar (pcase-lambda (`(,name . ,_)) `(,(concat "algorithm " name) "" :algorithm ,name)) memento--cards-algorithms)))

(defun memento--cards-read-filter (prompt)
  "Read with PROMPT which cards are meant, and return a filter."
  (let* ((choices (memento--cards-filter-choices))
         (answer (completing-read (format-prompt prompt "all cards")
                                  (memento--completion-table
                                   'memento-cards-filter
                                   (mapcar (pcase-lambda (`(,name ,note . ,_)) (cons name note)) choices))
                                  nil t nil nil "all cards")))
    (cddr (assoc answer choices))))

;;;; Algorithms

(defun memento--cards-read-algorithm (prompt default)
  "Read with PROMPT an algorithm with what can be set of it; DEFAULT is offered.
The empty answer is nil."
  (let ((answer (string-trim
                 (completing-read (format-prompt prompt default)
                                  (memento--completion-table 'memento-cards-algorithm memento--cards-algorithms)
                                  nil nil nil nil default))))
    (and (not (string-empty-p answer)) (memento--text answer))))

(defun memento--cards-wait (what function &rest arguments)
  "Call FUNCTION of the module with ARGUMENTS and a pipe; return its last event.
Where that takes a while the echo area tells of WHAT, and \\`C-g' stops waiting."
  (let* ((outcome nil) (progress nil)
         (begun (float-time))
         (process (memento--listen "memento-cards"
                                   (lambda (_ event)
                                     (if (eq (plist-get event :event) 'progress)
                                         (setq progress event)
                                       (setq outcome event)))))
         (slow (lambda () (> (- (float-time) begun) 0.5))))
    (unwind-protect
        (progn
          (apply #'memento--call function (append arguments (list process)))
          (while (and (null outcome) (process-live-p process))
            (accept-process-output process 0.1)
            (when (funcall slow)
              (let ((message-log-max nil))
                (message "%s...%s (C-g stops waiting)" what
                         (if progress
                             (format " %s of %s" (memento--number (plist-get progress :done))
                                     (memento--number (plist-get progress :total)))
                           ""))))))
      (delete-process process))
    (when (funcall slow)
      (message nil))
    (pcase (plist-get outcome :event)
      ('done outcome)
      ('error (user-error "%s" (plist-get outcome :message)))
      (_ (error "%s ended without a report" what)))))

(defun memento--cards-read-project (prompt default)
  "Read with PROMPT a project that has cards, or another one; DEFAULT is offered."
  (string-trim
   (completing-read (format-prompt prompt (and default (not (string-empty-p default)) default))
                    (memento--completion-table
                     'memento-cards-project
                     (seq-remove (lambda (choice) (string-empty-p (car choice)))
                                 (mapcar (lambda (project)
                                           (cons (plist-get project :project)
                                                 (format "%s, %s"
                                                         (memento--count (plist-get project :cards) "card")
                                                         (plist-get project :algorithm))))
                                         (memento--call #'memento-core-card-projects))))
                    nil nil nil nil default)))

;;;###autoload
(defun memento-cards-set-algorithm (project algorithm)
  "Have the cards of PROJECT be scheduled by ALGORITHM, such as \"fsrs:0.9\".
Cards with an algorithm of their own keep that.  Of nil the project goes by the
default again.  All answers are replayed, as if it had always been so."
  (interactive
   (memento--with-user-errors
     (let ((project (memento--cards-read-project "Project" nil)))
       (list project (memento--cards-read-algorithm
                      "Algorithm (empty for the default)"
                      (memento--call #'memento-core-card-algorithm (memento--text project)))))))
  (memento--with-user-errors
    (let ((done (memento--cards-wait "Replaying answers" #'memento-core-card-set-algorithm
                                     (memento--text project) algorithm)))
      (run-hooks 'memento-cards-changed-hook)
      (message "%s goes by %s now; %s due on another day"
               (if (string-empty-p project) "What has no project" project)
               (memento--call #'memento-core-card-algorithm (memento--text project))
               (let ((changed (plist-get done :changed)))
                 (concat (memento--count changed "card") (if (= changed 1) " is" " are")))))))

;;;; Where a card comes from

(defun memento--cards-source-name (card)
  "Return where CARD comes from in a few words, or nil."
  (let ((source (plist-get card :source)))
    (cond ((plist-get source :note) "the note it is from")
          ((plist-get source :file)
           (concat (abbreviate-file-name (plist-get source :file))
                   (if (plist-get source :line) (format ":%d" (plist-get source :line)) ""))))))

(defun memento--cards-visit-source (card find)
  "Go to where CARD comes from; FIND visits a file, as `find-file' does."
  (require 'memento-notes)
  (memento--with-user-errors
    (let* ((source (or (plist-get card :source) (user-error "It is not said where this card comes from")))
           (id (plist-get source :note))
           (file (plist-get source :file)))
      (cond
       (id
        (memento--notes-sync)
        (memento--notes-visit-node
         (or (car (memento--call #'memento-core-notes-with-id id))
             (user-error "The note that this card is from is gone: no note has the ID %s" id))
         find))
       ((not (file-exists-p file))
        (user-error "%s does not exist any more" (abbreviate-file-name file)))
       (t
        (memento--follow-file file)
        (funcall find file)
        (when-let ((line (plist-get source :line)))
          (memento--go-to (memento--line-position line))))))))

(provide 'memento-cards)
;;; memento-cards.el ends here
