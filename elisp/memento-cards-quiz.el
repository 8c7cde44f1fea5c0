;;; memento-cards-quiz.el --- The quiz  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-cards-quiz' asks what is due and what is new.  SPC shows the answer, 1 to 5 say how well it was known.  Each answer
;; is stored at once, and what comes next is asked of the library anew: it is a function of the log, so that one can leave at
;; any time and go on elsewhere.

;;; Code:

(require 'memento-cards-edit)
(require 'memento-cards-screen)
(require 'memento-prompts-filter)
(require 'transient)

(declare-function memento--evil-quiz "memento-evil")
(declare-function memento-core-card-answer "ext:memento-core")
(declare-function memento-core-card-preview "ext:memento-core")
(declare-function memento-core-card-queue "ext:memento-core")
(declare-function memento-core-card-set-state "ext:memento-core")
(declare-function memento-core-card-show "ext:memento-core")
(declare-function memento-core-card-today "ext:memento-core")
(declare-function memento-core-card-undo "ext:memento-core")

(autoload 'memento-cards-accept "memento-cards-accept" nil t)
(autoload 'memento-cards-create "memento-cards-create" nil t)
(autoload 'memento-cards-list "memento-cards-list" nil t)
(autoload 'memento-cards-stats "memento-cards-stats" nil t)

(defcustom memento-cards-longest 60
  "How many seconds an answer takes at most, for the numbers.
Who goes away from a question for longer has not thought about it."
  :group 'memento-cards
  :type 'natnum)

;;;; Internal variables

(defconst memento--quiz-buffer "*memento quiz*"
  "The name of the buffer of the quiz.")

(defvar-local memento--quiz-return nil "The function that brings windows and point back.")

;;;; Asking

(defun memento--quiz-next (&optional card)
  "Ask CARD, by default the next one of the queue."
  (let ((queue (memento--call #'memento-core-card-queue memento--quiz-filter 1)))
    (setq memento--quiz-counts (plist-get queue :counts)
          memento--quiz-card (if card (memento--quiz-asked card) (car (plist-get queue :cards)))
          memento--quiz-preview nil
          memento--quiz-begun (float-time))
    (memento--quiz-draw)))

(defun memento--quiz-asked (card)
  "Return CARD, whose last answer was taken back, with why it is asked."
  (let ((schedule (plist-get card :schedule)))
    (if (and schedule
             (< (plist-get schedule :confidence) 3)
             (equal (plist-get schedule :last) (memento--call #'memento-core-card-today)))
        (append card '(:asked again))
      card)))

(defun memento--quiz-need-card ()
  "Return the card that is asked; signal an error where there is none."
  (unless (derived-mode-p 'memento-cards-quiz-mode)
    (user-error "This is for the quiz: M-x memento-cards-quiz"))
  (or memento--quiz-card
      (user-error (substitute-command-keys
                   "\\<memento-cards-quiz-mode-map>No card is asked: \\[memento-cards-quiz-quit] leaves"))))

(defun memento--quiz-call (function &rest arguments)
  "Call FUNCTION of the module with ARGUMENTS, about the card that is asked.
Where it was deleted or suspended elsewhere meanwhile, ask the next one."
  (let ((card memento--quiz-card))
    (condition-case err
        (apply #'memento--call function arguments)
      (memento-not-found
       (memento--quiz-next)
       (user-error "%s was deleted meanwhile; this is the next one" (memento--cards-name card)))
      (memento-invalid
       (memento--quiz-next)
       (user-error "%s" (cadr err))))))

(defun memento--quiz-still (card)
  "Ask the next card if CARD was answered elsewhere since it was shown here.
What was known is known twice else."
  (let ((answers (lambda (card) (plist-get (plist-get card :schedule) :answers))))
    (unless (equal (funcall answers card)
                   (funcall answers (memento--quiz-call #'memento-core-card-show (plist-get card :id))))
      (memento--quiz-next)
      (user-error "%s was answered elsewhere meanwhile; this is the next one" (memento--cards-name card)))))

(defun memento-cards-quiz-flip ()
  "Show the answer; when that is shown, the rest of it."
  (interactive)
  (let ((card (memento--quiz-need-card)))
    (cond
     ((null memento--quiz-preview)
      (memento--with-user-errors
        (setq memento--quiz-preview (memento--quiz-call #'memento-core-card-preview (plist-get card :id))))
      (memento--quiz-draw))
     ((pos-visible-in-window-p (point-max))
      (message "How well did you know it?  1 or 2 not at all, 3 barely, 4 well, 5 too well"))
     (t (scroll-up)))))

(defun memento-cards-quiz-answer (confidence)
  "Say that the card was known with CONFIDENCE, by default that of the key.
That is a digit, or a for again, h for hard, g for good, e for easy."
  (interactive
   (list (let ((key (event-basic-type last-command-event)))
           (or (car (seq-find (pcase-lambda (`(,_ ,digit ,letter ,_))
                                (member (and (characterp key) (string key)) (delq nil (list digit letter))))
                              memento--quiz-answers))
               (read-number "How well did you know it (1 to 5)? ")))))
  (let ((card (memento--quiz-need-card)))
    (unless memento--quiz-preview
      (user-error "Think first; SPC shows the answer, then 1 to 5 say how well you knew it"))
    (memento--with-user-errors
      (memento--quiz-still card)
      (let* ((milliseconds (round (* 1000 (min memento-cards-longest (max 0 (- (float-time) memento--quiz-begun))))))
             (answered (memento--quiz-call #'memento-core-card-answer (plist-get card :id) confidence milliseconds)))
        (push (list 'answer (plist-get card :id) confidence milliseconds) memento--quiz-done)
        (memento--quiz-next)
        (run-hooks 'memento-cards-changed-hook)
        (memento--quiz-say card answered confidence)))))

(defun memento--quiz-say (card answered confidence)
  "Say what came of CONFIDENCE, the answer to CARD, by ANSWERED."
  (let ((message-log-max nil)
        (schedule (plist-get (plist-get answered :card) :schedule)))
    (message "%s: %s"
             (propertize (nth 3 (assq confidence memento--quiz-answers)) 'face (memento--cards-face confidence))
             (cond ((plist-get answered :leech)
                    (format "%s was forgotten %s and is suspended: better make it anew, in smaller parts"
                            (memento--cards-name card)
                            (memento--count (plist-get schedule :lapses) "time")))
                   ((plist-get answered :again) "it comes again today")
                   (t (format "again %s, in %s" (plist-get schedule :due)
                              (memento--count (plist-get schedule :due-in) "day")))))))

;;;; Other commands

(defun memento-cards-quiz-undo ()
  "Take back the last answer, or suspension, and ask that card again.
More of them go further back, to the first one of today."
  (interactive)
  (unless (derived-mode-p 'memento-cards-quiz-mode)
    (user-error "This is for the quiz: M-x memento-cards-quiz"))
  (memento--with-user-errors
    (pcase-let ((`(,kind ,id . ,_) (pop memento--quiz-done)))
      (let ((card (memento--quiz-take-back kind id)))
        (memento--quiz-next card)
        (run-hooks 'memento-cards-changed-hook)
        (message "Took back the %s" (if (eq kind 'suspend) "suspension" "answer; say again how well you knew it"))))))

(defun memento--quiz-take-back (kind id)
  "Take back what was done to the card ID, KIND, and return the card.
Without ID that is the last answer of today."
  (condition-case nil
      (if (eq kind 'suspend)
          (car (memento--call #'memento-core-card-set-state (list id) "active"))
        (plist-get (memento--call #'memento-core-card-undo id) :card))
    ;; It is forgotten, so that what was done before it can be taken back.
    ((memento-not-found memento-invalid)
     (user-error (if id "That card was deleted, or this taken back, elsewhere; u goes further back"
                   "Nothing to undo: nothing was answered today")))))

(defun memento-cards-quiz-suspend ()
  "Ask this card no more, until it is woken up in the list."
  (interactive)
  (let ((card (memento--quiz-need-card)))
    (memento--with-user-errors
      (memento--quiz-call #'memento-core-card-set-state (list (plist-get card :id)) "suspended")
      (push (list 'suspend (plist-get card :id)) memento--quiz-done)
      (memento--quiz-next)
      (run-hooks 'memento-cards-changed-hook)
      (message "Suspended %s; u takes it back" (memento--cards-name card)))))

(defun memento-cards-quiz-edit ()
  "Edit the card that is asked, and go on with it."
  (interactive)
  (let ((card (memento--quiz-need-card))
        (buffer (current-buffer)))
    (memento--cards-change
     card
     (lambda (_ changed)
       (when (buffer-live-p buffer)
         (with-current-buffer buffer
           (setq memento--quiz-card (append changed (list :asked (plist-get card :asked))))
           (memento--quiz-draw)))
       nil))))

(defun memento-cards-quiz-easy-or-edit ()
  "Before the flip edit the card; after it say that it was easy."
  (interactive)
  (if memento--quiz-preview
      (memento-cards-quiz-answer 5)
    (memento-cards-quiz-edit)))

(defun memento-cards-quiz-source ()
  "Go to where the card comes from, in another window."
  (interactive)
  (memento--cards-visit-source (memento--quiz-need-card) #'find-file-other-window))

(defun memento-cards-quiz-filter (filter)
  "Ask the cards of FILTER alone: a project, a tag or an algorithm."
  (interactive (list (memento--with-user-errors (memento--cards-read-filter "Ask"))))
  (unless (derived-mode-p 'memento-cards-quiz-mode)
    (user-error "This is for the quiz: M-x memento-cards-quiz"))
  (setq memento--quiz-filter filter)
  (memento--with-user-errors (memento--quiz-next)))

;; A screen that says what is left must not be old.
(defun memento--quiz-changed ()
  "Look again what there is to ask, after something was done elsewhere."
  (when-let ((buffer (get-buffer memento--quiz-buffer)))
    (with-current-buffer buffer
      (unless (eq buffer (window-buffer))
        (with-demoted-errors "memento: %S"
          (if memento--quiz-card
              (setq memento--quiz-counts
                    (plist-get (memento--call #'memento-core-card-queue memento--quiz-filter 1) :counts))
            (memento--quiz-next)))))))

(add-hook 'memento-cards-changed-hook #'memento--quiz-changed)

(defun memento-cards-quiz-new (limit)
  "Ask up to LIMIT new cards today, in the place of the configured number."
  (interactive (list (read-number "How many new cards today, with those of today already? "
                                  (+ 10 (or (plist-get memento--quiz-filter :new-limit) 20)))))
  (unless (derived-mode-p 'memento-cards-quiz-mode)
    (user-error "This is for the quiz: M-x memento-cards-quiz"))
  (setq memento--quiz-filter (memento--query-with memento--quiz-filter :new-limit limit))
  (memento--with-user-errors (memento--quiz-next)))

(defun memento-cards-quiz-quit ()
  "Leave the quiz, and bring the windows back as they were before it."
  (interactive)
  (let ((return memento--quiz-return)
        (buffer (current-buffer)))
    (setq memento--quiz-return nil)
    (if return (funcall return) (quit-window))
    (kill-buffer buffer)))

;;;; The mode

(defvar memento-cards-quiz-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map special-mode-map)
    (define-key map (kbd "SPC") #'memento-cards-quiz-flip)
    (dolist (key '("1" "2" "3" "4" "5" "a" "h" "g"))
      (define-key map (kbd key) #'memento-cards-quiz-answer))
    (define-key map (kbd "e") #'memento-cards-quiz-easy-or-edit)
    (define-key map (kbd "E") #'memento-cards-quiz-edit)
    (define-key map (kbd "u") #'memento-cards-quiz-undo)
    (define-key map (kbd "s") #'memento-cards-quiz-suspend)
    (define-key map (kbd "RET") #'memento-cards-quiz-source)
    (define-key map (kbd "f") #'memento-cards-quiz-filter)
    (define-key map (kbd "N") #'memento-cards-quiz-new)
    (define-key map (kbd "A") #'memento-cards-accept)
    (define-key map (kbd "C") #'memento-cards-create)
    (define-key map (kbd "L") #'memento-cards-list)
    (define-key map (kbd "i") #'memento-cards-stats)
    (define-key map (kbd "q") #'memento-cards-quiz-quit)
    (define-key map (kbd "?") #'memento-cards-quiz-menu)
    map)
  "Keys of the quiz.")

(define-derived-mode memento-cards-quiz-mode special-mode "Quiz"
  "Mode of the quiz.
\\<memento-cards-quiz-mode-map>
\\[memento-cards-quiz-flip]	show the answer
1 to 5	say how well it was known: 1 and 2 not at all, 5 best
a h g e	the same: again, hard, good, easy
\\[memento-cards-quiz-undo]	take back the last answer; again for more
\\[memento-cards-quiz-suspend]	ask this card no more
\\[memento-cards-quiz-edit]	edit it; before the flip e does so too
\\[memento-cards-quiz-source]	go to where it comes from
\\[memento-cards-quiz-filter]	ask one project, tag or algorithm alone
\\[memento-cards-quiz-quit]	leave; all is stored

\\{memento-cards-quiz-mode-map}"
  (memento--cards-setup-buffer)
  (setq cursor-type nil
        header-line-format '(:eval (memento--quiz-header (window-width)))
        mode-line-format (list '(:eval (memento--quiz-mode-line)) (default-value 'mode-line-format)))
  (setq-local revert-buffer-function (lambda (&rest _) (memento--with-user-errors (memento--quiz-next))))
  (add-hook 'post-command-hook #'memento--quiz-look nil t)
  (add-hook 'window-size-change-functions #'memento--quiz-look nil t)
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-quiz)))

;;;###autoload
(defun memento-cards-quiz (&optional filter)
  "Learn: ask the cards that are due, and some new ones.
With a prefix argument, or in Lisp with FILTER, ask only those of one project,
with one tag, or of one algorithm.  A quiz that is there goes on with its filter
where FILTER is `same', which it is without a prefix argument."
  (interactive (list (cond (current-prefix-arg (memento--with-user-errors (memento--cards-read-filter "Ask")))
                           ;; From the numbers, what they count.
                           ((bound-and-true-p memento--cards-stats-filter))
                           (t 'same))))
  (memento--with-user-errors
    (memento--store)
    (let* ((old (get-buffer memento--quiz-buffer))
           (window (and old (get-buffer-window old)))
           ;; Who comes back from a source leaves to where he was before the quiz.
           (return (and (not window) (memento--capture-returner))))
      (with-current-buffer (or old (get-buffer-create memento--quiz-buffer))
        (unless (derived-mode-p 'memento-cards-quiz-mode)
          (memento-cards-quiz-mode))
        (when return
          (setq memento--quiz-return return))
        (unless (eq filter 'same)
          (setq memento--quiz-filter filter))
        (unless (and old memento--quiz-preview (eq filter 'same))
          (memento--quiz-next)))
      (if window
          (select-window window)
        (pop-to-buffer-same-window memento--quiz-buffer)))))

;;;###autoload (autoload 'memento-cards-quiz-menu "memento-cards-quiz" nil t)
(transient-define-prefix memento-cards-quiz-menu ()
  "The keys of the quiz."
  [["Answer"
    ("SPC" "show it" memento-cards-quiz-flip)
    ("1" "again (1, 2, a)" memento-cards-quiz-answer)
    ("3" "hard (3, h)" memento-cards-quiz-answer)
    ("4" "good (4, g)" memento-cards-quiz-answer)
    ("5" "easy (5, e)" memento-cards-quiz-answer)
    ("u" "undo, several too" memento-cards-quiz-undo)]
   ["This card"
    ("E" "edit (e before the flip)" memento-cards-quiz-edit)
    ("s" "suspend" memento-cards-quiz-suspend)
    ("RET" "where it is from" memento-cards-quiz-source)]
   ["Cards"
    ("f" "one project, tag, ..." memento-cards-quiz-filter)
    ("N" "more new ones today" memento-cards-quiz-new)
    ("A" "accept drafts" memento-cards-accept)
    ("C" "make one" memento-cards-create)
    ("L" "list" memento-cards-list)
    ("i" "in numbers" memento-cards-stats)
    ("q" "leave" memento-cards-quiz-quit)]])

(provide 'memento-cards-quiz)
;;; memento-cards-quiz.el ends here
