;;; memento-cards-show.el --- One card and its answers  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; RET in the list of cards and on a hard card of the numbers shows it here, with where it stands and all that was answered.

;;; Code:

(require 'memento-cards-mark)
(require 'memento-cards-text)

(declare-function memento--evil-cards "memento-evil")
(declare-function memento-core-card-reviews "ext:memento-core")
(declare-function memento-core-card-show "ext:memento-core")

(defvar-local memento--cards-shown nil "The card that is shown.")
(defvar-local memento--cards-from nil "The buffer from which it was opened.")

(defun memento--cards-show-field (label text)
  "Insert a line of LABEL and TEXT, unless TEXT is nil or empty."
  (unless (member text '(nil ""))
    (insert "  " (propertize (format "%-11s" label) 'face 'memento-cards-label) text "\n")))

(defun memento--cards-strength (card)
  "Return how strong CARD is by its algorithm, in words, or nil."
  (let* ((schedule (plist-get card :schedule))
         (strength (plist-get schedule :strength)))
    (and schedule
         (pcase (car (split-string (plist-get card :algorithm) ":"))
           ("sm2" (format "E-factor %.2f" strength))
           ("leitner" (format "box %d" (round strength)))
           ("fixed" (format "step %d" (round strength)))
           ("fsrs" (format "stability %.1f days, difficulty %.1f of 10" strength (plist-get schedule :difficulty)))))))

(defun memento--cards-show-reviews (reviews)
  "Insert the log of answers REVIEWS, the last first."
  (when reviews
    (insert "\n  " (propertize "Answers" 'face 'bold) "\n")
    (dolist (review (reverse reviews))
      (let ((confidence (plist-get review :confidence)))
        (insert "  " (propertize (memento--time (plist-get review :time) "%Y-%m-%d %H:%M") 'face 'memento-cards-label)
                "  "
                (if confidence
                    (concat (propertize (format "%d %-5s" confidence (nth (1- confidence) '("again" "again" "hard" "good" "easy")))
                                        'face (memento--cards-face confidence))
                            (format "  %6s %s %-6s" (if (= 0 (plist-get review :before)) "new"
                                                      (memento--cards-days (plist-get review :before)))
                                    (memento--glyph "→" "->")
                                    (memento--cards-days (plist-get review :after)))
                            (if (plist-get review :duration)
                                (concat "  " (memento--cards-duration (plist-get review :duration)))
                              ""))
                  "started anew")
                "\n")))))

(defun memento--cards-show-draw ()
  "Get the card of this buffer again, and draw it."
  (let* ((id (plist-get memento--cards-shown :id))
         (card (setq memento--cards-shown (memento--call #'memento-core-card-show id)))
         (schedule (plist-get card :schedule))
         (place (point))
         (inhibit-read-only t))
    (erase-buffer)
    (insert "\n")
    (memento--cards-insert (plist-get card :question) 'memento-cards-question)
    (insert "\n" (memento--cards-rule) "\n")
    (memento--cards-insert-back card)
    (insert "\n" (memento--cards-rule) "\n")
    (memento--cards-show-field "Card" (plist-get card :id))
    (memento--cards-show-field "Project" (and (plist-get card :project)
                                              (propertize (plist-get card :project) 'face 'memento-cards-project)))
    (memento--cards-show-field "Tags" (memento--cards-tags card))
    (memento--cards-show-field "State" (memento--cards-due-sentence card))
    (memento--cards-show-field "Algorithm" (concat (plist-get card :algorithm)
                                                   (if (plist-get card :own-algorithm) ", its own" "")))
    (memento--cards-show-field "Strength" (memento--cards-strength card))
    (when schedule
      (memento--cards-show-field "Asked" (format "%s, forgotten %s"
                                                 (memento--count (plist-get schedule :answers) "time")
                                                 (memento--count (plist-get schedule :lapses) "time"))))
    (memento--cards-show-field "Made" (memento--time (plist-get card :created) "%Y-%m-%d %H:%M"))
    (memento--cards-show-reviews (memento--call #'memento-core-card-reviews id))
    (set-buffer-modified-p nil)
    (goto-char (min place (point-max)))))

(defun memento--cards-show-changed ()
  "Draw the card that is shown anew, after cards were changed."
  (when-let ((buffer (get-buffer "*memento card*")))
    (with-current-buffer buffer
      (when memento--cards-shown
        (condition-case err
            (memento--cards-show-draw)
          ;; It is deleted: what it was may stand here still.
          (memento-not-found nil)
          (memento-error (message "%s" (cadr err))))))))

(add-hook 'memento-cards-changed-hook #'memento--cards-show-changed)

(defvar memento-cards-show-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map (make-composed-keymap memento-cards-mark-map special-mode-map))
    (define-key map (kbd "n") #'memento-cards-show-next)
    (define-key map (kbd "p") #'memento-cards-show-previous)
    (define-key map (kbd "TAB") #'forward-button)
    (define-key map (kbd "<backtab>") #'backward-button)
    map)
  "Keys of the buffer of one card.")

(define-derived-mode memento-cards-show-mode special-mode "Card"
  "Mode of the buffer of one card.
\\<memento-cards-show-mode-map>
\\[memento-cards-mark-edit]	edit it
\\[memento-cards-mark-accept]	accept it, if it is a draft
\\[memento-cards-mark-suspend]	suspend it, or wake it up
\\[memento-cards-mark-delete]	delete it
\\[memento-cards-mark-reset]	have it start anew
\\[memento-cards-mark-algorithm]	schedule it by another algorithm
\\[memento-cards-mark-source]	go to where it comes from
\\[memento-cards-undo]	take the last of these back
\\[memento-cards-show-next], \\[memento-cards-show-previous]	the next and the previous one of the list

\\{memento-cards-show-mode-map}"
  (memento--cards-setup-buffer)
  (setq memento--cards-here-function (lambda () (list memento--cards-shown))
        header-line-format
        (substitute-command-keys
         "\\<memento-cards-show-mode-map> \\[memento-cards-mark-edit] edit  \\[memento-cards-mark-suspend] suspend  \
\\[memento-cards-mark-delete] delete  \\[memento-cards-mark-reset] reset  \\[memento-cards-mark-source] source  \
\\[memento-cards-show-next]/\\[memento-cards-show-previous] next, previous  \\[quit-window] leave"))
  (setq-local revert-buffer-function (lambda (&rest _) (memento--with-user-errors (memento--cards-show-draw))))
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-cards 'memento-cards-show-mode memento-cards-show-mode-map
                         '("n" "p" "TAB" "<backtab>" "a" "s" "d" "R" "r" "x" "e" "v" "u" "q"))))

;;;###autoload
(defun memento-cards-show (id &optional from)
  "Show the card ID; its neighbours are those in the buffer FROM."
  (interactive (list (plist-get (memento--cards-one-here) :id) (current-buffer)))
  (memento--with-user-errors
    (with-current-buffer (get-buffer-create "*memento card*")
      (unless (derived-mode-p 'memento-cards-show-mode)
        (memento-cards-show-mode))
      (setq memento--cards-shown (list :id id)
            memento--cards-from from)
      (memento--cards-show-draw)
      (goto-char (point-min))))
  (pop-to-buffer-same-window "*memento card*")
  (set-window-start nil (point-min)))

(defvar-local memento--cards-neighbour-function nil
  "Function to go some steps, 1 or -1, from the card with an id.
It is called with both and returns the id of the other one, nil at the end.")

(defun memento-cards-show-next (&optional step)
  "Show the next card of the list; STEP is 1 or -1."
  (interactive)
  (let* ((from (if (buffer-live-p memento--cards-from) memento--cards-from (user-error "Its list is gone")))
         (function (or (buffer-local-value 'memento--cards-neighbour-function from)
                       (user-error "It was not opened from the list")))
         (id (plist-get memento--cards-shown :id))
         (next (with-current-buffer from (funcall function id (or step 1)))))
    (unless next
      (user-error (if (eql step -1) "This is the first one" "This is the last one")))
    (memento-cards-show next from)))

(defun memento-cards-show-previous ()
  "Show the previous card of the list."
  (interactive)
  (memento-cards-show-next -1))

(provide 'memento-cards-show)
;;; memento-cards-show.el ends here
