;;; memento-cards-screen.el --- What the quiz shows  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The card that is asked, before and after the flip, with its answers as buttons and what is left in the header line.

;;; Code:

(require 'memento-cards-text)

(declare-function memento--cards-quiz-end "memento-cards-end")
(declare-function memento-cards-quiz-answer "memento-cards-quiz")

(autoload 'memento--cards-quiz-end "memento-cards-end")

;;;; Internal variables

(defvar-local memento--quiz-filter nil "Which cards are asked, a plist as the module takes it.")
(defvar-local memento--quiz-card nil "The card that is asked, or nil at the end.")
(defvar-local memento--quiz-counts nil "What there is to ask, a plist of the module.")
(defvar-local memento--quiz-preview nil "The intervals that the answers 1 to 5 lead to; nil before the flip.")
(defvar-local memento--quiz-begun nil "When the question was shown, in seconds, or nil.")
(defvar-local memento--quiz-done nil
  "What was done here, the last first.
That is (answer ID CONFIDENCE MILLISECONDS) or (suspend ID).")

;;;; Drawing

(defconst memento--quiz-answers
  '((1 "1" "a" "again") (2 "2" nil "again") (3 "3" "h" "hard") (4 "4" "g" "good") (5 "5" "e" "easy"))
  "The answers: (CONFIDENCE KEY LETTER NAME).")

(defun memento--quiz-answer-label (answer)
  "Return the label of ANSWER, of `memento--quiz-answers', with what it leads to."
  (pcase-let ((`(,confidence ,key ,_ ,name) answer))
    ;; All of it has a face of its own, for else it had that of buttons.
    (concat (propertize key 'face 'memento-cards-key) (propertize " " 'face 'default)
            (propertize name 'face (memento--cards-face confidence))
            (if (< confidence 3) ""
              (propertize (concat " " (memento--cards-days (nth (1- confidence) memento--quiz-preview)))
                          'face 'default)))))

(defun memento--quiz-insert-answers ()
  "Insert the answers as buttons."
  (insert "\n  ")
  (dolist (answer memento--quiz-answers)
    (pcase-let* ((`(,confidence ,key ,letter ,name) answer)
                 (label (memento--quiz-answer-label answer))
                 (days (nth (1- confidence) memento--quiz-preview)))
      (memento--cards-break (string-width label))
      (insert-text-button label
                          'action (lambda (_) (memento-cards-quiz-answer confidence))
                          'follow-link t 'mouse-face 'highlight
                          'help-echo (format "%s%s: %s, %s" key (if letter (concat " or " letter) "") name
                                             (if (< confidence 3)
                                                 (format "it comes again today, and then in %s"
                                                         (memento--count days "day"))
                                               (format "it comes again in %s" (memento--count days "day")))))
      (insert "   ")))
  (insert "\n"))

(defun memento--quiz-about (card &optional more)
  "Return what is known of CARD, in a line above its question.
That is MORE, or else why it is asked."
  (string-join
   (delq nil
         (list (and (plist-get card :project) (propertize (plist-get card :project) 'face 'memento-cards-project))
               (and (plist-get card :tags) (memento--cards-tags card))
               (cond (more (propertize more 'face 'memento-cards-label))
                     ((eq (plist-get card :asked) 'again) (propertize "again" 'face 'memento-cards-again))
                     ((null (plist-get card :schedule)) (propertize "new" 'face 'memento-cards-easy))
                     (t (propertize (memento--cards-due-sentence card) 'face 'memento-cards-label)))))
   (propertize (memento--glyph " · " " | ") 'face 'memento-cards-label)))

(defun memento--quiz-draw ()
  "Draw the card that is asked, or the end."
  (let ((inhibit-read-only t) (card memento--quiz-card))
    (erase-buffer)
    (if (null card)
        (memento--cards-quiz-end memento--quiz-filter memento--quiz-counts memento--quiz-done)
      (insert "\n  " (memento--quiz-about card) "\n\n")
      (memento--cards-insert (plist-get card :question) 'memento-cards-question)
      (insert "\n")
      (if (null memento--quiz-preview)
          (insert (memento--cards-keys "  [SPC] shows the answer\n"))
        (insert (memento--cards-rule) "\n")
        (memento--cards-insert-back card)
        (memento--quiz-insert-answers)))
    (set-buffer-modified-p nil)
    (goto-char (point-min))
    (dolist (window (get-buffer-window-list nil nil t))
      (set-window-start window (point-min))
      (set-window-point window (point-min)))
    (force-mode-line-update)))

(defun memento--quiz-header (width)
  "Return the header line in WIDTH columns: what is left, what was done."
  (let* ((count (lambda (key name face)
                  (let ((n (plist-get memento--quiz-counts key)))
                    (and (> n 0)
                         (propertize (format "%s %s" (memento--number n) name) 'face face)))))
         (dot (memento--glyph " · " " | "))
         (left (delq nil (list (funcall count :again "again" 'memento-cards-again)
                               (funcall count :due "due" 'memento-cards-good)
                               (funcall count :new "new" 'memento-cards-easy))))
         (names (memento--cards-filter-names memento--quiz-filter))
         (line (concat " " (string-join
                            (append (or left '("Nothing left"))
                                    (list (format "%s done today" (memento--number
                                                                   (plist-get memento--quiz-counts :done))))
                                    (mapcar (lambda (name) (propertize name 'face 'bold)) names))
                            dot)))
         (keys (cond ((null memento--quiz-card) "f other cards  q leave  ? keys ")
                     (memento--quiz-preview "1-5 answer  u undo  ? keys ")
                     (t "SPC answer  u undo  ? keys "))))
    (memento--header-line (memento--cut line (- width 8)) keys width)))

(defvar-local memento--quiz-hidden nil
  "Non-nil if the answers are below the end of the window.")

;; Not while the mode line is made: to see what is visible Emacs makes it, without end on a graphical display.
(defun memento--quiz-look (&rest _)
  "Look whether the answers are below the end of the window."
  (let* ((window (get-buffer-window))
         (hidden (and window memento--quiz-preview
                      (not (pos-visible-in-window-p (max (point-min) (1- (point-max))) window)))))
    (unless (eq hidden memento--quiz-hidden)
      (setq memento--quiz-hidden hidden)
      (force-mode-line-update))))

(defun memento--quiz-mode-line ()
  "Return the answers where they are below the end of the window, else \"\"."
  (if (and memento--quiz-hidden memento--quiz-preview)
      (string-replace "%" "%%" (concat " " (mapconcat #'memento--quiz-answer-label memento--quiz-answers "  ") "   "))
    ""))

(provide 'memento-cards-screen)
;;; memento-cards-screen.el ends here
