;;; memento-cards-accept.el --- What assistants wrote, one by one  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The cards that assistants make are drafts.  `memento-cards-accept' shows them one by one with their answers: y accepts, e
;; edits, d deletes, s skips, ! accepts all the rest, u takes the last of these back.

;;; Code:

(require 'memento-cards-quiz)

(declare-function memento--evil-cards "memento-evil")
(declare-function memento-core-card-accept "ext:memento-core")
(declare-function memento-core-card-delete "ext:memento-core")
(declare-function memento-core-card-list "ext:memento-core")
(declare-function memento-core-card-set-state "ext:memento-core")
(declare-function memento-core-card-restore "ext:memento-core")

;;;; Internal variables

(defvar-local memento--accept-drafts nil "The drafts that are not decided, the one that is shown first.")
(defvar-local memento--accept-done nil "What was done, the last first: (KIND . CARDS).")
(defvar-local memento--accept-filter nil "Which drafts are shown, a plist as the module takes it.")
(defvar-local memento--accept-return nil "The function that brings windows and point back.")

;;;; Drawing

(defun memento--accept-count (kind)
  "Return how many cards met KIND."
  (apply #'+ (mapcar (lambda (done) (if (eq (car done) kind) (length (cdr done)) 0)) memento--accept-done)))

(defun memento--accept-summary ()
  "Return what was done, in words, a list."
  (delq nil (mapcar (pcase-lambda (`(,kind . ,word))
                      (let ((n (memento--accept-count kind)))
                        (and (> n 0) (format "%s %s" (memento--number n) word))))
                    '((accept . "accepted") (delete . "deleted") (skip . "skipped")))))

(defun memento--accept-header (width)
  "Return the header line in WIDTH columns."
  (let ((left (length memento--accept-drafts)))
    (memento--header-line
     (concat " " (string-join
                  (append (list (if (= left 0) "No drafts left" (concat (memento--count left "draft") " left")))
                          (memento--accept-summary)
                          (mapcar (lambda (name) (propertize name 'face 'bold))
                                  (memento--cards-filter-names memento--accept-filter)))
                  (memento--glyph " · " " | ")))
     "y accept  e edit  d delete  s skip  ? keys " width)))

(defconst memento--accept-choices
  '(("y" "accept" memento-cards-accept-yes memento-cards-good) ("e" "edit" memento-cards-accept-edit memento-cards-easy)
    ("d" "delete" memento-cards-accept-delete memento-cards-again) ("s" "skip" memento-cards-accept-skip memento-cards-hard)
    ("!" "accept all the rest" memento-cards-accept-rest memento-cards-good))
  "What can be done with a draft: (KEY NAME COMMAND FACE).")

(defun memento--accept-draw ()
  "Draw the first of the drafts, or the end."
  (let ((inhibit-read-only t) (card (car memento--accept-drafts)))
    (erase-buffer)
    (if card
        (progn
          (insert "\n  " (memento--quiz-about card (concat "made " (memento--time (plist-get card :created) "%Y-%m-%d")))
                  "\n\n")
          (memento--cards-insert (plist-get card :question) 'memento-cards-question)
          (insert "\n" (memento--cards-rule) "\n")
          (memento--cards-insert-back card)
          (insert "\n  ")
          (pcase-dolist (`(,key ,name ,command ,face) memento--accept-choices)
            (memento--cards-break (+ 1 (length key) (length name)))
            (insert-text-button (concat (propertize key 'face 'memento-cards-key) (propertize " " 'face 'default)
                                        (propertize name 'face face))
                                'action (lambda (_) (call-interactively command))
                                'follow-link t 'mouse-face 'highlight 'help-echo name)
            (insert "   "))
          (insert "\n"))
      (insert "\n  " (propertize "No drafts are left." 'face 'bold) "\n\n")
      (when-let ((summary (memento--accept-summary)))
        (insert "  " (string-join summary ", ") ".\n"))
      (insert (memento--cards-keys "\n  [Q] asks what you have accepted   [u] takes the last one back   [q] leaves\n")))
    (set-buffer-modified-p nil)
    (goto-char (point-min))
    (dolist (window (get-buffer-window-list nil nil t))
      (set-window-start window (point-min))
      (set-window-point window (point-min)))
    (force-mode-line-update)))

;;;; Commands

(defun memento--accept-card ()
  "Return the draft that is shown."
  (unless (derived-mode-p 'memento-cards-accept-mode)
    (user-error "This is for drafts: M-x memento-cards-accept"))
  (or (car memento--accept-drafts) (user-error "No drafts are left; q leaves")))

(defun memento--accept-do (kind function cards)
  "Call FUNCTION of the module, unless nil, with CARDS: they have met KIND."
  (memento--with-user-errors
    (when function
      (condition-case nil
          (memento--call function (mapcar (lambda (card) (plist-get card :id)) cards))
        (memento-not-found (memento--accept-look-again))))
    (push (cons kind cards) memento--accept-done)
    (setq memento--accept-drafts (seq-difference memento--accept-drafts cards #'eq))
    (memento--accept-draw)
    (when function
      (run-hooks 'memento-cards-changed-hook))))

(defun memento--accept-look-again ()
  "Drop the drafts that are none any more, and say so."
  (let* ((before (length memento--accept-drafts))
         (ids (mapcar (lambda (card) (plist-get card :id)) (memento--accept-list memento--accept-filter))))
    (setq memento--accept-drafts
          (seq-filter (lambda (card) (member (plist-get card :id) ids)) memento--accept-drafts))
    (memento--accept-draw)
    (user-error "%s deleted or accepted elsewhere meanwhile; these are the rest"
                (let ((gone (- before (length memento--accept-drafts))))
                  (if (= gone 1) "One draft was" (concat (memento--count gone "draft") " were"))))))

(defun memento--accept-list (filter)
  "Return the drafts of FILTER, the oldest first."
  (plist-get (memento--call #'memento-core-card-list (append '(:state "draft" :order "oldest") filter)) :cards))

(defun memento-cards-accept-yes ()
  "Accept this draft: it is learnt from now on."
  (interactive)
  (memento--accept-do 'accept #'memento-core-card-accept (list (memento--accept-card))))

(defun memento-cards-accept-delete ()
  "Delete this draft."
  (interactive)
  (memento--accept-do 'delete #'memento-core-card-delete (list (memento--accept-card))))

(defun memento-cards-accept-skip ()
  "Leave this draft as it is, for another time."
  (interactive)
  (memento--accept-do 'skip nil (list (memento--accept-card))))

(defun memento-cards-accept-rest ()
  "Accept this draft and all the rest, after asking where they are several."
  (interactive)
  (memento--accept-card)
  (let ((cards memento--accept-drafts))
    (when (or (null (cdr cards))
              (y-or-n-p (format "Accept all %s that are left? " (memento--count (length cards) "draft"))))
      (memento--accept-do 'accept #'memento-core-card-accept cards)
      (message "Accepted %s; u takes that back" (memento--count (length cards) "card")))))

(defun memento-cards-accept-undo ()
  "Take the last decision back."
  (interactive)
  (memento--with-user-errors
    (pcase-let* ((`(,kind . ,cards) (or (car memento--accept-done) (user-error "Nothing to undo")))
                 (ids (mapcar (lambda (card) (plist-get card :id)) cards)))
      (pcase kind
        ('accept (memento--call #'memento-core-card-set-state ids "draft"))
        ('delete (memento--call #'memento-core-card-restore ids)))
      (pop memento--accept-done)
      (setq memento--accept-drafts (append cards memento--accept-drafts))
      (memento--accept-draw)
      (run-hooks 'memento-cards-changed-hook))))

(defun memento-cards-accept-edit ()
  "Edit this draft, and go on with it."
  (interactive)
  (let ((card (memento--accept-card)) (buffer (current-buffer)))
    (memento--cards-change card
                           (lambda (_ changed)
                             (when (buffer-live-p buffer)
                               (with-current-buffer buffer
                                 (setq memento--accept-drafts
                                       (mapcar (lambda (one) (if (eq one card) changed one)) memento--accept-drafts))
                                 (memento--accept-draw)))
                             nil))))

(defun memento-cards-accept-source ()
  "Go to where the draft comes from, in another window."
  (interactive)
  (memento--cards-visit-source (memento--accept-card) #'find-file-other-window))

(defun memento-cards-accept-quit ()
  "Leave, and bring the windows back as they were before."
  (interactive)
  (let ((return memento--accept-return) (buffer (current-buffer)))
    (if return (funcall return) (quit-window))
    (kill-buffer buffer)))

(defun memento-cards-accept-quiz ()
  "Leave, and ask what was accepted."
  (interactive)
  (let ((filter memento--accept-filter))
    (memento-cards-accept-quit)
    (memento-cards-quiz filter)))

;;;; The mode

(defvar memento-cards-accept-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map special-mode-map)
    (define-key map (kbd "y") #'memento-cards-accept-yes)
    (define-key map (kbd "e") #'memento-cards-accept-edit)
    (define-key map (kbd "d") #'memento-cards-accept-delete)
    (define-key map (kbd "k") #'memento-cards-accept-delete)
    (define-key map (kbd "s") #'memento-cards-accept-skip)
    (define-key map (kbd "n") #'memento-cards-accept-skip)
    (define-key map (kbd "!") #'memento-cards-accept-rest)
    (define-key map (kbd "u") #'memento-cards-accept-undo)
    (define-key map (kbd "RET") #'memento-cards-accept-source)
    (define-key map (kbd "Q") #'memento-cards-accept-quiz)
    (define-key map (kbd "q") #'memento-cards-accept-quit)
    (define-key map (kbd "?") #'memento-cards-accept-menu)
    map)
  "Keys of the drafts.")

(define-derived-mode memento-cards-accept-mode special-mode "Drafts"
  "Mode in which drafts are accepted, one by one.
\\<memento-cards-accept-mode-map>
\\[memento-cards-accept-yes]	accept it
\\[memento-cards-accept-edit]	edit it first
\\[memento-cards-accept-delete]	delete it
\\[memento-cards-accept-skip]	leave it for another time
\\[memento-cards-accept-rest]	accept all the rest
\\[memento-cards-accept-undo]	take the last of these back
\\[memento-cards-accept-source]	go to where it comes from
\\[memento-cards-accept-quit]	leave

\\{memento-cards-accept-mode-map}"
  (memento--cards-setup-buffer)
  (setq cursor-type nil
        header-line-format '(:eval (memento--accept-header (window-width))))
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-cards 'memento-cards-accept-mode memento-cards-accept-mode-map
                         '("y" "e" "d" "s" "n" "!" "u" "RET" "Q" "q" "?"))))

;;;###autoload
(defun memento-cards-accept (&optional filter)
  "Look through the drafts that assistants wrote, and accept them one by one.
With a prefix argument, or in Lisp with FILTER, those of one project or tag."
  (interactive (list (and current-prefix-arg
                          (memento--with-user-errors (memento--cards-read-filter "Drafts of")))))
  (memento--with-user-errors
    (memento--store)
    (let ((drafts (memento--accept-list filter))
          (return (memento--capture-returner)))
      (unless drafts
        (user-error "No drafts: assistants make them with flashcard_create and flashcard_bulk_create"))
      (with-current-buffer (get-buffer-create "*memento drafts*")
        (unless (derived-mode-p 'memento-cards-accept-mode)
          (memento-cards-accept-mode)
          (setq memento--accept-return return))
        (setq memento--accept-filter filter
              memento--accept-done nil
              memento--accept-drafts drafts))
      (pop-to-buffer-same-window "*memento drafts*")
      (memento--accept-draw))))

;;;###autoload (autoload 'memento-cards-accept-menu "memento-cards-accept" nil t)
(transient-define-prefix memento-cards-accept-menu ()
  "The keys of the drafts."
  [["This draft"
    ("y" "accept" memento-cards-accept-yes)
    ("e" "edit" memento-cards-accept-edit)
    ("d" "delete" memento-cards-accept-delete)
    ("s" "skip" memento-cards-accept-skip)
    ("RET" "where it is from" memento-cards-accept-source)]
   ["All"
    ("!" "accept the rest" memento-cards-accept-rest)
    ("u" "undo the last" memento-cards-accept-undo)
    ("Q" "ask what is accepted" memento-cards-accept-quiz)
    ("q" "leave" memento-cards-accept-quit)]])

(provide 'memento-cards-accept)
;;; memento-cards-accept.el ends here
