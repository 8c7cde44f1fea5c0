;;; memento-cards-mark.el --- What is done to cards  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Accept, suspend, delete, reset, edit, another algorithm: for the card at point, the region or the marked ones of the list,
;; and for the card that is shown alone.  One undo takes the last of these back.

;;; Code:

(require 'memento-cards-edit)

(declare-function memento-core-card-accept "ext:memento-core")
(declare-function memento-core-card-delete "ext:memento-core")
(declare-function memento-core-card-reset "ext:memento-core")
(declare-function memento-core-card-restore "ext:memento-core")
(declare-function memento-core-card-set-state "ext:memento-core")
(declare-function memento-core-card-update "ext:memento-core")
(declare-function memento-core-card-undo "ext:memento-core")

;;;; Which cards

(defvar-local memento--cards-here-function nil
  "Function that returns the cards that are meant, a list of plists.
They are the marked ones, those in the region, or the one at point.  It signals
a `user-error' where there is none.")

(defvar-local memento--cards-did-function nil
  "Function that is called when something was done to the cards that are meant.")

(defun memento--cards-here ()
  "Return the cards that are meant here."
  (unless memento--cards-here-function
    (user-error "No card here: M-x memento-cards-list has them"))
  (funcall memento--cards-here-function))

(defun memento--cards-one-here ()
  "Return the one card that is meant here."
  (let ((cards (memento--cards-here)))
    (when (cdr cards)
      (user-error "This is for one card: leave the region first, and unmark the others (U)"))
    (car cards)))

(defun memento--cards-ids (cards)
  "Return the ids of CARDS."
  (mapcar (lambda (card) (plist-get card :id)) cards))

;;;; Undo

(defvar memento--cards-undo nil
  "What was done, the last first: (WHAT . CARDS), with the cards as they were.")

(defconst memento--cards-undo-limit 100
  "How many of these can be taken back.")

(defun memento--cards-did (what cards told)
  "Remember that WHAT was done to CARDS, as they were before, and say TOLD."
  (push (cons what cards) memento--cards-undo)
  (when-let ((rest (nthcdr memento--cards-undo-limit memento--cards-undo)))
    (setcdr rest nil))
  (deactivate-mark)
  (when memento--cards-did-function
    (funcall memento--cards-did-function))
  (run-hooks 'memento-cards-changed-hook)
  (message "%s %s" told (if (cdr cards) (memento--count (length cards) "card") (memento--cards-name (car cards)))))

(defun memento--cards-undo-states (cards)
  "Give CARDS the states that they had."
  (dolist (state '(draft active suspended))
    (when-let ((some (seq-filter (lambda (card) (eq (plist-get card :state) state)) cards)))
      (memento--call #'memento-core-card-set-state (memento--cards-ids some) (symbol-name state)))))

(defun memento--cards-undo-texts (cards)
  "Give CARDS what they had: texts, tags, project, algorithm."
  (dolist (card cards)
    (memento--call #'memento-core-card-update (plist-get card :id)
                   (list :question (plist-get card :question) :answer (plist-get card :answer)
                         :notes (or (plist-get card :notes) "") :project (or (plist-get card :project) "")
                         :tags (plist-get card :tags) :no-tags (null (plist-get card :tags))
                         :algorithm (if (plist-get card :own-algorithm) (plist-get card :algorithm) "")))))

(defun memento-cards-undo ()
  "Take back what was done last to cards in the list."
  (interactive)
  (memento--with-user-errors
    (pcase-let* ((`(,what . ,cards) (or (car memento--cards-undo) (user-error "Nothing to undo")))
                 (ids (memento--cards-ids cards)))
      ;; What is gone meanwhile must not keep the rest from being undone.
      (pop memento--cards-undo)
      (pcase what
        ('state (memento--cards-undo-states cards))
        ('delete (memento--call #'memento-core-card-restore ids))
        ('restore (memento--call #'memento-core-card-delete ids))
        ('reset (dolist (id ids) (memento--call #'memento-core-card-undo id)))
        ('texts (memento--cards-undo-texts cards)))
      (run-hooks 'memento-cards-changed-hook)
      (message "Took that back, of %s" (memento--count (length cards) "card")))))

;;;; Commands

(defun memento-cards-mark-accept ()
  "Accept the drafts among the cards that are meant: they are learnt."
  (interactive)
  (let ((drafts (seq-filter (lambda (card) (eq (plist-get card :state) 'draft)) (memento--cards-here))))
    (unless drafts
      (user-error "There is no draft among these"))
    (memento--with-user-errors
      (memento--call #'memento-core-card-accept (memento--cards-ids drafts)))
    (memento--cards-did 'state drafts "Accepted")))

(defun memento-cards-mark-suspend ()
  "Suspend the cards that are meant; where all are suspended, wake them up."
  (interactive)
  (let* ((cards (memento--cards-here))
         (wake (seq-every-p (lambda (card) (eq (plist-get card :state) 'suspended)) cards))
         (cards (if wake cards
                  (seq-filter (lambda (card) (eq (plist-get card :state) 'active)) cards))))
    (unless cards
      (user-error "Only what is learnt can be suspended: a accepts a draft"))
    (memento--with-user-errors
      (memento--call #'memento-core-card-set-state (memento--cards-ids cards) (if wake "active" "suspended")))
    (memento--cards-did 'state cards (if wake "Woke up" "Suspended"))))

(defun memento-cards-mark-delete ()
  "Delete the cards that are meant, with their answers, after asking for several.
They can be brought back, with u or from the deleted ones."
  (interactive)
  (let ((cards (memento--cards-here)))
    (when (or (null (cdr cards))
              (y-or-n-p (format "Delete %s? " (memento--count (length cards) "card"))))
      (memento--with-user-errors
        (memento--call #'memento-core-card-delete (memento--cards-ids cards)))
      (memento--cards-did 'delete cards "Deleted, u brings back:"))))

(defun memento-cards-mark-restore ()
  "Bring the deleted cards that are meant back."
  (interactive)
  (let ((cards (memento--cards-here)))
    (memento--with-user-errors
      (condition-case nil
          (memento--call #'memento-core-card-restore (memento--cards-ids cards))
        (memento-not-found
         (user-error "These are not deleted: f s deleted lists those that are"))))
    (memento--cards-did 'restore cards "Brought back")))

(defun memento-cards-mark-reset ()
  "Have the cards that are meant start anew, as if never asked, after asking."
  (interactive)
  (let ((cards (seq-filter (lambda (card) (plist-get card :schedule)) (memento--cards-here))))
    (unless cards
      (user-error "These were never asked"))
    (when (y-or-n-p (format "Forget what you know of %s? "
                            (if (cdr cards) (memento--count (length cards) "card")
                              (memento--cards-name (car cards)))))
      (memento--with-user-errors
        (memento--call #'memento-core-card-reset (memento--cards-ids cards)))
      (memento--cards-did 'reset cards "Starting anew with"))))

(defun memento-cards-mark-algorithm (algorithm)
  "Schedule the cards that are meant by ALGORITHM, such as \"sm2\".
The empty string is what their project goes by."
  (interactive
   (progn
     (memento--cards-here)
     (list (or (memento--cards-read-algorithm "Algorithm of these cards (empty for their project's)" nil) ""))))
  (let ((cards (memento--cards-here)))
    (memento--with-user-errors
      (dolist (id (memento--cards-ids cards))
        (memento--call #'memento-core-card-update id (list :algorithm algorithm))))
    (memento--cards-did 'texts cards (if (string-empty-p algorithm) "By the project's algorithm now:"
                                       (format "By %s now:" algorithm)))))

(defun memento-cards-mark-edit ()
  "Edit the card that is meant."
  (interactive)
  (let ((buffer (current-buffer)))
    (memento--cards-change (memento--cards-one-here)
                           (lambda (card changed)
                             (when (buffer-live-p buffer)
                               (with-current-buffer buffer
                                 (memento--cards-did 'texts (list card) "Changed")))
                             (concat "Changed " (memento--cards-name changed))))))

(defun memento-cards-mark-source ()
  "Go to where the card that is meant comes from."
  (interactive)
  (memento--cards-visit-source (memento--cards-one-here) #'find-file))

;;;; Keys

(defvar memento-cards-mark-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "a") #'memento-cards-mark-accept)
    (define-key map (kbd "s") #'memento-cards-mark-suspend)
    (define-key map (kbd "d") #'memento-cards-mark-delete)
    (define-key map (kbd "R") #'memento-cards-mark-restore)
    (define-key map (kbd "r") #'memento-cards-mark-reset)
    (define-key map (kbd "x") #'memento-cards-mark-algorithm)
    (define-key map (kbd "e") #'memento-cards-mark-edit)
    (define-key map (kbd "v") #'memento-cards-mark-source)
    (define-key map (kbd "u") #'memento-cards-undo)
    map)
  "Keys that are the same wherever cards are shown.")

(provide 'memento-cards-mark)
;;; memento-cards-mark.el ends here
